/*
 * shutdown_defer.h - delay a signal for escapees that an ancestor may signal.
 *
 * A wrapper in the group, such as tini, sudo or timeout, forwards a signal to
 * its command, which has a group of its own.  If the command got the signal a
 * second time, it would often end at once instead of cleaning up.
 *
 *  1. With escapees, the signal of a step goes to the group at once.  An
 *     escapee gets it when it has no living ancestor in the group or among the
 *     group's escapees, or when half of the step's time is over (2.5 s if the
 *     step has no end).
 *  2. KILL MUST NOT be delayed, nor the signal of a step without a wait.
 *  3. An ancestor that cannot be read MUST NOT count as dead.
 *  4. A signal that was not sent when the next step begins is dropped.
 */
#ifndef SHUTDOWN_DEFER_H
#define SHUTDOWN_DEFER_H

#include <stddef.h>

#include "base/deadline.h"

struct shutdown;
struct watched;

struct shutdown_defer {
	size_t		waiting;	/* processes with a delayed signal */
	int		unsure;		/* an ancestor could not be read */
	size_t		removals;	/* of procs at the last look */
	struct deadline	half;		/* of the step */
	struct deadline	look;		/* no look before that */
};

/* A step of ms milliseconds begins (or PARSE_FOREVER, SCHEDULE_NOWAIT). */
void	shutdown_defer_begin(struct shutdown *e, long long ms);

/* Send sig to a process outside of the groups, now or by rule 1 later. */
void	shutdown_defer_send(struct shutdown *e, struct watched *p, int sig);

/* Send the delayed signals that are due. */
void	shutdown_defer_step(struct shutdown *e);

/* Milliseconds for poll(2), -1 if no signal is delayed. */
int	shutdown_defer_poll(const struct shutdown *e);

#endif
