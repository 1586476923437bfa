/*
 * supervise.h - supervise a command until it and the rest of its group are
 * gone.
 *
 *  1. Every signal that can be caught MUST reach the group once; a signal that
 *     came since signals were blocked is not lost.  TERM is forwarded as sig.
 *     TERM and HUP start the grace period, and KILL comes after it.
 *  2. When the leader ends, the rest of its group MUST be ended as well, and
 *     the escapees with the option escapees; but not with the option leave.
 *  3. The leader MUST stay a zombie (waitid's WNOWAIT) until then, so that no
 *     other process gets its PID, unless the descriptor of the group names the
 *     group without a leader.
 *  4. Orphans that this process adopts (as PID 1 or as a subreaper) MUST be
 *     reaped.
 *  5. A signal that was ignored when this process started, and that stays
 *     ignored, MUST NOT reach the group or end it.
 *  6. When the reader of the output goes away, the group MUST end as after
 *     TERM.
 *
 * supervise.c has the loop.  Three events go through it:
 *
 *	TERM		sigwake.h reads it; reaction_signals calls
 *			reaction_end, which starts a shutdown (shutdown.h);
 *			shutdown_wait in the loop goes on with its steps.
 *	leader's death	reaction_signals reads CHLD; reaper_look sees the
 *			zombie; look_for_rest in the loop calls reaction_end
 *			if processes are left; supervise reaps the leader last.
 *	ready		the loop polls the descriptors of readiness.h;
 *			readiness_step reads them (notify.h), or finds that
 *			the relay's line matched; step_readiness calls ready.
 */
#ifndef SUPERVISE_H
#define SUPERVISE_H

#include <sys/types.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>

#include "io/attach.h"
#include "base/fdspare.h"
#include "job/chain.h"
#include "io/ptyinput.h"
#include "job/notify.h"
#include "group/pgroup.h"
#include "io/relay.h"

#define SUPERVISE_NEWS	2
#define SUPERVISE_LEFT	16

/*
 * Descriptors to hold back (fdspare.h) before the command starts: for the
 * sigwake, and for a search for processes.
 */
#define SUPERVISE_SPARE	(3 + 4)

struct supervise {
	pid_t		 pid;		/* the leader, a child */
	struct pgroup	 group;
	int		 sig;		/* what TERM is forwarded as */
	long long	 grace;		/* ms, PARSE_FOREVER */
	int		 hup_asks;	/* HUP is treated as TERM */
	int		 leave;		/* do not end the rest */
	int		 escapees;	/* end escapees, too */
	int		 adopted;	/* this process has been a subreaper
					 * since before the leader began */
	int		 leader;	/* it alone gets the first signal */
	pid_t		 guard;		/* a child to be left alone, or 0 */
	struct monitor	*monitor;	/* of its session, or NULL */
	int		 lifeline;	/* readable: the owner died; or -1 */
	struct relay	*relay;		/* or NULL */
	struct ptyinput	*ptyinput;	/* or NULL */
	struct attach	*attach;	/* other terminals, or NULL */
	struct chain_wait *chain;	/* or NULL: it was executed */
	struct notify	*notify;	/* or NULL: it is ready then */
	long long	 patience;	/* ms until it has to be ready */
	int		 until_ready;	/* return once it is ready */
	struct fdspare	*spare;		/* SUPERVISE_SPARE of them */
	void		(*executed)(void *arg);	/* called once; or NULL */
	void		(*said)(const char *, size_t, void *);	/* chain.h */
	void		(*ready)(void *arg);	/* called once it is; or NULL */
	void		(*status)(const char *text, void *arg);	/* or NULL */
	/* Descriptors of the caller's to poll, and what to do then; or NULL. */
	size_t		(*news_poll)(struct pollfd pfd[SUPERVISE_NEWS]);
	void		(*news_step)(void);
	void		*arg;
	const sigset_t	*ignored;	/* rule 5; or NULL: none */
};

enum supervise_rest {
	SUPERVISE_NOTHING,		/* no rest, or leave */
	SUPERVISE_ENDED,
	SUPERVISE_KILLED,
	SUPERVISE_ALIVE			/* after KILL */
};

enum supervise_start {
	SUPERVISE_READY,
	SUPERVISE_LATE,			/* not ready in time: it was ended */
	SUPERVISE_UNREADY,		/* it ended before it was ready */
	SUPERVISE_BROKEN		/* a link of the chain ended */
};

struct supervise_end {
	enum supervise_start	start;
	int			code, status;	/* of waitid(2), the leader's */
	enum supervise_rest	rest;
	int			error;	/* errno: its processes could not be
					 * searched for; or 0 */
	pid_t			left[SUPERVISE_LEFT];	/* SUPERVISE_ALIVE: */
	size_t			nleft;	/* some of those that are alive */
	char			said[NOTIFY_SAID];	/* SUPERVISE_LATE: see
							 * notify.h */
	int			told;	/* SUPERVISE_BROKEN was explained */
	int			asked;	/* a signal asked it to end */
	int			unread;	/* the output's reader went away */
};

/*
 * Supervise the command; the caller has blocked all signals.  Return 0 once the
 * group has ended and all children are reaped, or, with until_ready, once the
 * command is ready.  -1 with EMFILE, ENOMEM.  The spare descriptors are given
 * back at the end of the group at the latest.
 */
int	supervise(const struct supervise *s, struct supervise_end *end);

#endif
