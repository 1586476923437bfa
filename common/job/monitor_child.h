/*
 * monitor_child.h - what the monitor (monitor.h) does, and how it talks with its keeper.
 */
#ifndef MONITOR_CHILD_H
#define MONITOR_CHILD_H

#include <sys/types.h>
#include <termios.h>

#include "job/monitor.h"

/* What it is told. */
enum order { MODES, REAP, LEAVE };

struct orders {
	enum order	order;
	int		raw;		/* MODES: they are in place, or will be */
	struct termios	saved, modes;
};

/* What it tells: first STARTED or a failure, in the end REAPED. */
struct news {
	enum { STARTED, FAILED, CHANGED, REAPED } what;
	enum monitor_stage	stage;
	int			code, status;
	pid_t			pid;
	int			is_parent;
};

/*
 * Be the monitor, in a process that keeper has just made: at the other end of fd.  As
 * monitor_start has it otherwise.  Never returns, but in the child.
 */
void	monitor_child_run(const struct monitor_options *o, pid_t supervisor, int fd,
	    void (*child)(void *arg, pid_t parent), void *arg);

#endif
