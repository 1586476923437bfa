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
 *  5. With may_end, TERM starts the grace period once that returns 1 for it,
 *     which is asked again and again, and another TERM says nothing new.  CONT
 *     does the same as TERM if it returns 1 at once.
 *  6. With divert, nothing is done about a signal for which that returns 1.
 */
#ifndef SUPERVISE_H
#define SUPERVISE_H

#include <sys/types.h>

#include "console.h"
#include "notify.h"
#include "pgroup.h"
#include "relay.h"

struct supervise {
	pid_t		 pid;		/* the leader, our child */
	struct pgroup	 group;
	int		 sig;		/* what TERM arrives as */
	long long	 grace;		/* ms, PARSE_FOREVER */
	int		 leave;		/* let the rest live */
	int		 escapees;	/* end them, too */
	int		 leader;	/* it is asked to end first, alone */
	pid_t		 guard;		/* a child that is none of them, or 0 */
	struct monitor	*monitor;	/* another, of its session; or NULL */
	int		 lifeline;	/* readable: as if TERM came; or -1 */
	struct relay	*relay;		/* or NULL */
	struct console	*console;	/* or NULL */
	struct notify	*notify;	/* or NULL: it is ready at once */
	long long	 patience;	/* ms until it has to be ready */
	int		 until_ready;	/* return then, and leave it alone */
	void		(*ready)(void *arg);	/* called once it is; or NULL */
	void		(*status)(const char *text, void *arg);	/* or NULL */
	void		*arg;
	int		 nohup;		/* HUP is passed on and ends nothing */
	int		 hup_asks;	/* HUP does as TERM does */
	int		(*may_end)(int sig, void *arg);	/* see 5; or NULL */
	int		(*divert)(int sig, void *arg);	/* see 6; or NULL */
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
	SUPERVISE_UNREADY		/* it ended before */
};

struct supervise_end {
	enum supervise_start	start;
	int			code, status;	/* of waitid(2), leader's */
	enum supervise_rest	rest;
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
