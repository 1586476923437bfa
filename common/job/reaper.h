/*
 * reaper.h - reap children: the leader of the group, and orphans that the
 * process adopts as PID 1 or as a subreaper.
 *
 *  1. The leader MUST stay a zombie (waitid's WNOWAIT) until reaper_release,
 *     so that no other process gets its PID.  If it is the monitor's child
 *     (monitor.h), the monitor obeys this rule; when the monitor is gone, the
 *     leader counts as killed.
 *  2. Every other child MUST be reaped when it is seen dead.
 */
#ifndef REAPER_H
#define REAPER_H

#include <sys/types.h>

#include "job/monitor.h"

struct reaper {
	pid_t	pid;
	struct monitor *monitor; /* of the leader's session, or NULL */
	int	dead, released;	/* the leader is a zombie; is reaped */
	int	code, status;	/* of waitid(2), once it is dead */
	int	stopped;	/* the monitor reported a stop */
	int	monitor_died;	/* so the terminal has hung up */
};

/*
 * Find out which children died, and reap them but for the leader.  waitid(2)
 * may report a zombie leader each time: then the others wait until it is
 * reaped.
 */
void	reaper_look(struct reaper *r);

/*
 * Has this process a child, dead or alive?  1 or 0.  0 proves to a subreaper
 * that no descendant is left.
 */
int	reaper_any_child(void);

/* Was the leader stopped since the last call, and is it still?  1 or 0. */
int	reaper_stopped(struct reaper *r);

/*
 * Reap the leader, which is dead, and then the other dead children.  Its PID
 * is free once no member of its group is left.
 */
void	reaper_release(struct reaper *r);

#endif
