/*
 * readiness.h - wait until a command is executed (chain.h) and ready
 * (notify.h), up to a deadline.
 *
 *  1. Only one of READY, LATE and the end of the command MUST be reported: a
 *     command is not ready after its deadline.
 *  2. A command that reports ready and ends at once MUST count as ready: the
 *     caller looks for its end first, then calls readiness_step.
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
	struct chain_wait *chain;	/* NULL: the command was executed */
	struct notify	*notify;	/* NULL: no more to wait for */
	int		 is_ready_next;	/* the next step is READY */
	int		 is_over;	/* READY came; the socket is read */
	struct deadline	 by;	/* it has to be ready */
	struct deadline	 probe;	/* when to try its port again */
};

enum readiness_news {
	READINESS_NOTHING,
	READINESS_EXECUTED,
	READINESS_BROKEN,		/* a link of the chain ended */
	READINESS_READY,
	READINESS_LATE
};

#define READINESS_POLLFDS	2

/* Called for what is read in between; arg is passed on. */
struct readiness_callbacks {
	void	(*said)(const char *text, size_t n, void *arg);	/* chain.h */
	void	(*status)(const char *text, void *arg);	/* or NULL */
	void	*arg;
};

/*
 * Begin to wait.  chain NULL: the command was executed.  notify NULL: it is
 * ready once it is executed.  Both stay the caller's.  patience: ms, or
 * PARSE_FOREVER.
 */
void	readiness_open(struct readiness *r, struct chain_wait *chain,
	    struct notify *notify, long long patience);

/* Fill in what to poll; lower *timeout (ms, -1: none) to the next deadline. */
void	readiness_poll(const struct readiness *r,
	    struct pollfd pfd[READINESS_POLLFDS], int *timeout);

/*
 * Read the chain and the notify of the group id, without blocking.  The caller
 * calls this until it returns NOTHING.  Each other value comes once, and
 * closes its source, but not a socket: a program may send more while it lives,
 * and the caller closes the socket.
 */
enum readiness_news readiness_step(struct readiness *r,
	    const struct handle *id,
	    const struct readiness_callbacks *callbacks);

#endif
