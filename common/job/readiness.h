/*
 * readiness.h - whether a command was executed, where it is the last of a chain,
 * and how long it has to say that it is ready.
 *
 *  1. Of ready, too late and ended only one MUST become true: what is said
 *     after the time is over counts no more.
 *  2. A command that says it and ends at once MUST count as ready: look for
 *     its end first, then take a step.
 */
#ifndef READINESS_H
#define READINESS_H

#include <poll.h>
#include <stddef.h>

#include "job/chain.h"
#include "base/deadline.h"
#include "job/notify.h"
#include "proc/handle.h"

struct readiness {
	struct chain_wait *chain;	/* NULL: it was executed */
	struct notify	*notify;	/* NULL: nothing more to wait for */
	int		 is_ready_next;	/* READY comes next */
	int		 is_over;	/* READY came: its socket is still read */
	struct deadline	 by;
	struct deadline	 probe;		/* when to look at its port again */
};

enum readiness_news {
	READINESS_NOTHING,
	READINESS_EXECUTED,
	READINESS_BROKEN,		/* it ends as a link of its chain */
	READINESS_READY,
	READINESS_LATE
};

#define READINESS_POLLFDS	2

/* What is told in between; arg is passed on. */
struct readiness_callbacks {
	void	(*said)(const char *text, size_t n, void *arg);	/* chain.h */
	void	(*status)(const char *text, void *arg);	/* or NULL */
	void	*arg;
};

/*
 * Both are the caller's, or NULL: it was executed; it is ready at once then;
 * patience in ms.
 */
void	readiness_open(struct readiness *r, struct chain_wait *chain,
	    struct notify *notify, long long patience);

/* What to poll for reading, or -1; *timeout is lowered to the deadline. */
void	readiness_poll(const struct readiness *r,
	    struct pollfd pfd[READINESS_POLLFDS], int *timeout);

/*
 * Read what the chain and the group id have said, without blocking: to be called
 * until there is NOTHING.  Each of the other news comes once, and closes what it
 * came from, but for a socket: a program may have more to say while it lives, and
 * the caller closes it.
 */
enum readiness_news readiness_step(struct readiness *r,
	    const struct handle *id, const struct readiness_callbacks *callbacks);

#endif
