/*
 * shutdown_defer.h - signals that processes outside of a group get later, or not at all.
 *
 * A wrapper in the group, such as tini, sudo or timeout, passes on what it gets to
 * a command that has a group of its own.  The second TERM means `now' to many.
 *
 *  1. With escapees, the signal of a step that is waited for goes to the group, and
 *     to an escapee only once it has no living ancestor left in the group or among
 *     its escapees, or half of the time of the step is over.  Of a step that has no
 *     end, that is 2.5 s.
 *  2. KILL MUST NOT be deferred, nor the signal of a step that is not waited for.
 *  3. What was not sent when the next step begins is dropped: there is a new one.
 */
#ifndef SHUTDOWN_DEFER_H
#define SHUTDOWN_DEFER_H

#include <stddef.h>

#include "base/deadline.h"

struct shutdown;
struct watched;

struct shutdown_defer {
	size_t		waiting;	/* processes */
	size_t		drops;		/* of the watch, when they were looked at */
	struct deadline	half;		/* of the step */
	struct deadline	look;/* not before */
};

/* A step begins that lasts so many ms (PARSE_FOREVER, SCHEDULE_NOWAIT). */
void	shutdown_defer_begin(struct shutdown *e, long long ms);

/* Send sig to a process outside, now or, as rule 1 says, later. */
void	shutdown_defer_send(struct shutdown *e, struct watched *p, int sig);

/* Send what is due by now. */
void	shutdown_defer_step(struct shutdown *e);

/* Milliseconds for poll(2), -1 if nothing waits. */
int	shutdown_defer_poll(const struct shutdown *e);

#endif
