/*
 * supervise.h - stay with a command until it and what it left are gone.
 *
 *  1. Every signal that can be caught MUST reach the group once: none that
 *     came since they were blocked is lost.  TERM arrives as the signal
 *     chosen; TERM and HUP start the grace period, after which comes KILL.
 *     A reader of the output that goes away MUST do as TERM does.
 *  2. When the leader ends, what is left of its group MUST be ended as well,
 *     unless it is to be left, and its escapees if that was asked for.
 *  3. The leader MUST stay a zombie (waitid's WNOWAIT) until then, so that
 *     its number is nobody else's, unless the descriptor of the group keeps
 *     naming the group without it.
 *  4. Children that fall to us (as PID 1, or for the sake of escapees) MUST
 *     be reaped.
 *  5. A signal that was ignored, and is to be, MUST NOT reach the group or end
 *     it.
 *  6. When the reader of the output goes away, the group ends as after TERM.
 */
#ifndef SUPERVISE_H
#define SUPERVISE_H

#include <sys/types.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>

#include "job/chain.h"
#include "io/ptyinput.h"
#include "job/notify.h"
#include "group/pgroup.h"
#include "io/relay.h"

#define SUPERVISE_NEWS	2

struct supervise {
	pid_t		 pid;		/* the leader, our child */
	struct pgroup	 group;
	int		 sig;		/* what TERM arrives as */
	long long	 grace;		/* ms, PARSE_FOREVER */
	int		 hup_asks;	/* HUP does as TERM does */
	int		 leave;		/* let the rest live */
	int		 escapees;	/* end them, too */
	int		 adopted;	/* since before the leader we get what
					 * its descendants leave */
	int		 leader;	/* it is asked to end first, alone */
	pid_t		 guard;		/* a child that is none of them, or 0 */
	struct monitor	*monitor;	/* another, of its session; or NULL */
	int		 lifeline;	/* readable: as if TERM came; or -1 */
	struct relay	*relay;		/* or NULL */
	struct ptyinput	*ptyinput;	/* or NULL */
	struct chain_wait *chain;	/* or NULL: it was executed already */
	struct notify	*notify;	/* or NULL: it is ready then */
	long long	 patience;	/* ms until it has to be ready */
	int		 until_ready;	/* return then, and leave it alone */
	void		(*executed)(void *arg);	/* called once; or NULL */
	void		(*said)(const char *, size_t, void *);	/* chain.h */
	void		(*ready)(void *arg);	/* called once it is; or NULL */
	void		(*status)(const char *text, void *arg);	/* or NULL */
	/* What the caller has to say, when somebody has room for it; or NULL. */
	size_t		(*news_poll)(struct pollfd pfd[SUPERVISE_NEWS]);
	void		(*news_step)(void);
	void		*arg;
	const sigset_t	*ignored;	/* see 5; or NULL: none */
};

enum supervise_rest {
	SUPERVISE_NOTHING,		/* was left, or was to be ended */
	SUPERVISE_ENDED,
	SUPERVISE_KILLED,
	SUPERVISE_ALIVE			/* in spite of KILL */
};

enum supervise_start {
	SUPERVISE_READY,
	SUPERVISE_LATE,			/* not in time, so it was ended */
	SUPERVISE_UNREADY,		/* it ended before */
	SUPERVISE_BROKEN		/* it ended as a link of its chain */
};

struct supervise_end {
	enum supervise_start	start;
	int			code, status;	/* of waitid(2), leader's */
	enum supervise_rest	rest;
	int			told;	/* why it broke is known */
	int			asked;	/* a signal wanted it to end */
	int			unread;	/* the reader went away */
};

/*
 * All signals are blocked when this is called.  Return once the leader and
 * the rest are dealt with, and all is reaped, or as until_ready says.  -1 with
 * EMFILE, ENOMEM.
 */
int	supervise(const struct supervise *s, struct supervise_end *end);

#endif
