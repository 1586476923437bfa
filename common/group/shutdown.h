/*
 * shutdown.h - the end of any number of groups by a schedule: ask, wait until
 * every member is gone, insist.
 *
 *  1. Every group MUST be verified before the first signal goes to any.
 *  2. All groups go through the schedule together, against one deadline a
 *     step.  A group's state MUST become final as soon as it is gone.
 *  3. With escapees, sessions or a cgroup asked for, a group is gone only
 *     after a hunt that finds no more (strays.h); those that turn up late
 *     get the signal of the step.
 *  4. With escapees KILL comes after a hold (shutdown_freeze.h), also for those that turn
 *     up late.
 *  5. A member that may not be signalled MUST NOT be taken for gone.
 *  6. Where the first signal is the leader's alone, the others get it once the
 *     leader is dead.
 */
#ifndef SHUTDOWN_H
#define SHUTDOWN_H

#include <sys/types.h>
#include <poll.h>
#include <stddef.h>

#include "base/deadline.h"
#include "group/shutdown_defer.h"
#include "group/pgroup.h"
#include "group/pgwatch.h"
#include "group/strays.h"
#include "conf/schedule.h"

enum shutdown_state {
	SHUTDOWN_OPEN,		/* it lives, and the schedule goes on */
	SHUTDOWN_GONE,		/* it was before the first signal */
	SHUTDOWN_ENDED,
	SHUTDOWN_KILLED,		/* ended, and KILL was sent */
	SHUTDOWN_SENT,		/* signalled, and not waited for */
	SHUTDOWN_ALIVE,		/* the schedule was not enough */
	SHUTDOWN_DENIED,		/* alive, with members we may not signal */
	SHUTDOWN_UNVERIFIED	/* not signalled: maybe another group */
};

struct shutdown_target {
	struct pgroup		group;
	enum shutdown_state	state;
	int			sent;	/* last signal, 0 for none */
	int			reached;	/* it had somebody to get it */
	int			refused; /* as a whole, with EPERM */
	int			all_denied; /* and so is each of its members */
	int			leader_only;	/* all but the leader were not signalled */
	pid_t			session; /* if asked for; 0: nobody is in it */
	long long		ms;	/* from the beginning to its end */
};

struct shutdown_options {
	struct schedule	schedule;
	int		escapees;		/* end them, too */
	pid_t		adopter, spared, monitor; /* see escapee.h; 0: nobody */
	int		closed;			/* see escapee.h */
	int		sessions;		/* and every group of them */
	int		leader;		/* the first signal is the leader's */
	const struct cgroup *cgroup;	/* its processes are a target, the
					 * last; NULL: none */
	/* The first group if our child leads or led it: it has a descriptor,
	 * and the child is reaped by nothing else than reap.  Or NULL. */
	const struct pgroup *held;
	void		(*reap)(void *arg);	/* see pgwatch.h */
	void		*arg;
};

struct shutdown {
	struct shutdown_options	 options;
	struct shutdown_target	*target;
	size_t			 n, ngroups;	/* with the cgroup, without */
	size_t			 step;		/* being waited for */
	int			 sig;		/* the last one, 0 for none */
	size_t			 nseen;	/* members met before that */
	int			 freezing;	/* strays are to stop */
	size_t			 nunkilled;	/* to be killed all at once */
	struct deadline		 until;
	long long		 begun;
	struct pgwatch		 watch;
	struct strays		 strays;
	struct deadline		 recheck;	/* with those that seem gone */
	struct shutdown_defer		 defer;
	size_t			 nleader_only;	/* targets that are aside */
	struct deadline		 leader_look;		/* at the leaders of those */
};

/*
 * Verify n groups, none twice in id, and look which live.  Sends nothing.
 * ENOMEM; EXDEV, ENOSYS (escapees and sessions only): the process table
 * cannot be read.  To be closed in any case; the cgroup stays the caller's.
 */
int	shutdown_open(struct shutdown *e, const struct handle *id, size_t n,
	    const struct shutdown_options *options);

void	shutdown_close(struct shutdown *e);

/* Send the first signal of the schedule. */
void	shutdown_begin(struct shutdown *e);

/*
 * pgwatch_wait, and then whatever the schedule asks for.  Return as
 * poll(2), EINTR included.
 */
int	shutdown_wait(struct shutdown *e, struct pollfd *extra, size_t n,
	    int timeout);

/* Is every state final? */
int	shutdown_done(const struct shutdown *e);

/* Go to the last step of the schedule at once. */
void	shutdown_hurry(struct shutdown *e);

#endif
