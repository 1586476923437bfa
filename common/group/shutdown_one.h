/*
 * shutdown_one.h - end one group (shutdown.h) with memory that is allocated
 * only then, for a supervisor that waits for long first.
 */
#ifndef SHUTDOWN_ONE_H
#define SHUTDOWN_ONE_H

#include "group/shutdown.h"

/*
 * As shutdown_open, but malloc'ed, and without escapees where processes cannot
 * be listed.  Return it, to be closed by the caller, or NULL and errno as
 * shutdown_open.
 */
struct shutdown	*shutdown_one_open(const struct handle *id,
		    const struct shutdown_options *options);
void	shutdown_one_close(struct shutdown *e);

/* A shutdown that could not be opened, and is tried again. */
struct shutdown_late {
	struct schedule	schedule;
	int		tries;		/* that failed */
	size_t		step;		/* the next one of the schedule */
	struct deadline	due;		/* when */
};

/* Begin to try. */
void	shutdown_late_begin(struct shutdown_late *late,
	    const struct schedule *schedule);

/*
 * A try has failed.  From the second moment on, send the group, at least, the
 * signal that the schedule has now.  Return how long to wait before the next
 * try, in ms; -1: the schedule is over.
 */
int	shutdown_late_step(struct shutdown_late *late,
	    const struct pgroup *group);

#endif
