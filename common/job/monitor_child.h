/*
 * monitor_child.h - the monitor's own code (monitor.h), and the messages
 * between it and the supervisor.
 */
#ifndef MONITOR_CHILD_H
#define MONITOR_CHILD_H

#include <sys/types.h>
#include <termios.h>

#include "job/monitor.h"

/* The supervisor's orders. */
enum order { MODES, REAP, LEAVE };

struct orders {
	enum order	order;
	int		raw;		/* MODES: modes are (to be) set */
	struct termios	saved, modes;
};

/* The monitor's reports: first STARTED or FAILED, then CHANGED, last REAPED. */
struct news {
	enum { STARTED, FAILED, CHANGED, REAPED } what;
	enum monitor_stage	stage;
	int			code, status;
	pid_t			pid;
	int			is_parent;
};

/*
 * Be the monitor, in a process that supervisor has just forked and that has the
 * socket fd to it.  Otherwise as monitor_start.  Never returns; child must not
 * return, either.
 */
void	monitor_child_run(const struct monitor_options *o, pid_t supervisor,
	    int fd, void (*child)(void *arg, pid_t parent), void *arg);

#endif
