/*
 * reaper.h - our child that leads the group, and children that fall to us.
 *
 *  1. The leader MUST stay a zombie (waitid's WNOWAIT) until reaper_release,
 *     so that its number is nobody else's.
 *     If it is the monitor's child (monitor.h), the same holds there; it counts as
 *     killed when the monitor is gone.
 *  2. Every other child MUST be reaped when it is seen: as PID 1, and for the
 *     sake of escapees, we get those that we did not start.
 */
#ifndef REAPER_H
#define REAPER_H

#include <sys/types.h>

#include "job/monitor.h"

struct reaper {
	pid_t	pid;
	struct monitor *monitor; /* of its session, or NULL */
	int	dead, released;
	int	code, status;	/* of waitid(2), once it is dead */
	int	stopped;	/* so the monitor said */
	int	monitor_died;	/* the monitor is dead, and its terminal gone */
};

/*
 * See who died.  While the leader is a zombie it may hide others that are:
 * those wait until it is reaped.
 */
void	reaper_look(struct reaper *r);

/* Have we any child, dead or not?  Without one no descendant that falls to us is left. */
int	reaper_any_child(void);

/* Was it stopped since that was asked last, and is so still? */
int	reaper_stopped(struct reaper *r);

/*
 * Reap it, once it is dead, and then the others that are.  Its number is free
 * if no member of its group is left.
 */
void	reaper_release(struct reaper *r);

#endif
