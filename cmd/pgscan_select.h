/* pgscan_select.h - which processes -n and -P choose. */
#ifndef PGSCAN_SELECT_H
#define PGSCAN_SELECT_H

#include "ports.h"
#include "sys/procinfo.h"

struct selection {
	const char	*name;		/* pattern of -n, or NULL */
	int		 by_port;	/* -P was given */
	struct ports	 ports;
};

/* Choose the processes that have this port; exits as ports_find does. */
void	select_port(struct selection *s, const char *port);

/* Does the struct selection at arg choose the process?  1 or 0. */
int	select_process(const struct procinfo *info, const void *arg);

#endif
