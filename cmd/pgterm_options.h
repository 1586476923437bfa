/* pgterm_options.h - what pgterm was asked for. */
#ifndef PGTERM_OPTIONS_H
#define PGTERM_OPTIONS_H

#include "group/shutdown.h"
#include "proc/targets.h"

enum {
	STATUS_GONE = 0,
	STATUS_ALIVE = 1,
	STATUS_USAGE = 2,
	STATUS_DENIED = 3
};

struct options {
	struct shutdown_options	 end;
	const char		*cgroup;	/* of -c, or NULL */
	int			 dry, quiet, verbose;
	struct targets		 targets;
	struct targets		 lost;		/* of -p: no such process */
};

/*
 * Fill in *o, the targets included; dies of what makes no sense, and nothing
 * was signalled then.
 */
void	parse_options(int argc, char *argv[], struct options *o);
void	free_options(struct options *o);

#endif
