/*
 * shutdown.h - end any number of groups by a schedule: send a signal, wait
 * until every member is gone, send the next signal.
 *
 *  1. Every group MUST be verified before the first signal goes to any group.
 *  2. All groups go through the schedule together, with one deadline a step.
 *     A group's state MUST become final as soon as the group is gone.
 *  3. If escapees, sessions or a cgroup are to end too, a group is gone only
 *     after a scan that finds no more strays (strays.h).  A stray that is
 *     found late gets the signal of the step.
 *  4. With escapees, all targets are frozen before KILL (shutdown_send.h),
 *     also before a KILL for strays that are found late.
 *  5. A member that may not be signalled MUST NOT count as gone.
 *  6. Where the first signal is for the leader alone, the other members get it
 *     once the leader is dead.
 *
 * shutdown.c runs the schedule, shutdown_send.c sends the signal of a step,
 * shutdown_defer.c delays it for some escapees, strays.c finds the strays.
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
	SHUTDOWN_GONE,		/* it was gone before the first signal */
	SHUTDOWN_ENDED,
	SHUTDOWN_KILLED,	/* ended, and KILL was sent */
	SHUTDOWN_SENT,		/* signalled, and not waited for */
	SHUTDOWN_ALIVE,		/* it lives after the last step */
	SHUTDOWN_DENIED,	/* it lives; a signal failed with EPERM */
	SHUTDOWN_UNVERIFIED	/* not signalled: may be another group */
};

struct shutdown_target {
	struct pgroup		group;
	enum shutdown_state	state;
	int			sent;	/* last signal, 0 for none */
	int			reached;	/* a process got a signal */
	int			refused; /* the group: EPERM */
	int			all_denied; /* and each of its processes */
	int			leader_only;	/* only the leader got it */
	pid_t			session; /* with sessions; 0: none */
	long long		ms;	/* from shutdown_begin to its end */
};

struct shutdown_options {
	struct schedule	schedule;
	int		escapees;		/* end them, too */
	pid_t		adopter, spared, monitor; /* escapee.h; 0: none */
	int		closed;			/* escapee.h, rule 6 */
	int		sessions;		/* end all their groups, too */
	int		leader;		/* the first signal is for it alone */
	const struct cgroup *cgroup;	/* its processes are one more
					 * target, the last; or NULL */
	/* The first group, if a child of the caller leads or led it: held->ref
	 * is open, and only reap reaps that child.  Or NULL. */
	const struct pgroup *held;
	void		(*reap)(void *arg);	/* pgwatch.h */
	void		*arg;
};

struct shutdown {
	struct shutdown_options	 options;
	struct shutdown_target	*target;
	size_t			 n, ngroups;	/* with the cgroup; without */
	size_t			 step;		/* being waited for */
	int			 sig;		/* the last one, 0 for none */
	size_t			 nseen;	/* members found before that */
	int			 freezing;	/* a new stray gets STOP */
	size_t			 nunkilled;	/* strays found since KILL */
	struct deadline		 until;
	long long		 begun;
	struct pgwatch		 watch;
	struct strays		 strays;
	struct deadline		 recheck;	/* when to scan again */
	struct shutdown_defer	 defer;
	size_t			 nleader_only;	/* targets */
	struct deadline		 leader_look;	/* when to look at leaders */
};

/*
 * Verify n groups, none of them twice in id, and find out which live.  Send
 * nothing.  Return 0, or -1 with ENOMEM, EMFILE, ENFILE; EXDEV, ENOSYS (with
 * escapees or sessions): the process table cannot be read.  The caller closes
 * *e in any case, and the cgroup as well.
 */
int	shutdown_open(struct shutdown *e, const struct handle *id, size_t n,
	    const struct shutdown_options *options);

void	shutdown_close(struct shutdown *e);

/* Send the first signal of the schedule. */
void	shutdown_begin(struct shutdown *e);

/*
 * Wait as pgwatch_wait does, then take the steps of the schedule that are due.
 * Return as poll(2), EINTR included.
 */
int	shutdown_wait(struct shutdown *e, struct pollfd *extra, size_t n,
	    int timeout);

/* Is every state final?  1 or 0. */
int	shutdown_done(const struct shutdown *e);

/* Go to the last step of the schedule at once. */
void	shutdown_last_step(struct shutdown *e);

#endif
