/*
 * readiness.h - how long a command has to say that it is ready.
 *
 *  1. Of ready, too late and ended only one MUST become true: what is said
 *     after the time is over counts no more.
 *  2. A command that says it and ends at once MUST count as ready: look for
 *     its end first, then take a step.
 */
#ifndef READINESS_H
#define READINESS_H

#include "deadline.h"
#include "notify.h"
#include "procid.h"

struct readiness {
	struct notify	*notify;	/* NULL: nothing to wait for */
	struct deadline	 by;
	struct deadline	 probe;		/* when to look at its port again */
};

enum readiness_news { READINESS_NOTHING, READINESS_READY, READINESS_LATE };

/* notify is the caller's, or NULL: it is ready at once; patience in ms. */
void	readiness_open(struct readiness *r, struct notify *notify,
	    long long patience);

/* What to poll for reading, or -1; *timeout is lowered to the deadline. */
int	readiness_poll(const struct readiness *r, int *timeout);

/*
 * Read what the group id has said, without blocking; status (if not NULL)
 * is called for every status told.  READY and LATE come once, and the socket
 * or pipe is closed then.
 */
enum readiness_news readiness_step(struct readiness *r,
	    const struct procid *id, void (*status)(const char *, void *),
	    void *arg);

#endif
