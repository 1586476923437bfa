/* pgterm_options.h - the options of pgterm. */
#ifndef PGTERM_OPTIONS_H
#define PGTERM_OPTIONS_H

#include "group/shutdown.h"
#include "ports.h"
#include "proc/targets.h"

enum {
	STATUS_GONE = 0,	/* all targets are gone */
	STATUS_ALIVE = 1,	/* a target is still alive */
	STATUS_USAGE = 2,
	STATUS_DENIED = 3	/* a target could not be signalled */
};

struct options {
	struct shutdown_options	 end;
	const char		*cgroup;	/* of -c, or NULL */
	int			 dry, quiet, verbose;
	struct ports		 ports;		/* of targets :PORT */
	struct targets		 targets;
	struct targets		 lost;		/* of -p: no such process */
};

/*
 * Fill in *o and read the targets.  Exits with STATUS_USAGE or STATUS_DENIED
 * on an error; nothing has been signalled then.
 */
void	parse_options(int argc, char *argv[], struct options *o);
void	free_options(struct options *o);

#endif
