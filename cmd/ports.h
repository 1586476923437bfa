/* ports.h - the processes that listen on a port, for pgterm and pgscan. */
#ifndef PORTS_H
#define PORTS_H

#include <sys/types.h>
#include <stddef.h>

#include "proc/handle.h"

enum { PORTS_USAGE = 2, PORTS_FAILED = 3 };	/* statuses of both */

/* A process that has a port; pid 0: no process has it. */
struct port_owner {
	int		port, udp, confirmed;
	struct handle	id;
};

struct ports {
	struct port_owner	*v;	/* n of size */
	size_t			 n, size;
};

/*
 * Add the processes that listen on TCP or UDP port number to *p; or, if there
 * is none, an owner with pid 0.  Exits with PORTS_USAGE if number is no port,
 * and with PORTS_FAILED if one of the owners is hidden, as that of another user
 * is, or if the system does not tell.  Messages begin with text.
 */
void	ports_find(struct ports *p, const char *text, const char *number);

/* Is the process one of them, and not another with its number?  1 or 0. */
int	ports_have(const struct ports *p, pid_t pid);
void	ports_free(struct ports *p);

#endif
