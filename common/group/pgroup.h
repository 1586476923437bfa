/*
 * pgroup.h - signal one process group, after it is verified.
 *
 *  1. A group MUST be verified (handle.h) before the first signal.  A group
 *     given as a bare number MUST be identified by its leader's key from then
 *     on, if it has a leader.
 *  2. A signal MUST go through the leader's descriptor where the kernel binds
 *     the descriptor to the group, also after the leader was reaped.
 *     Elsewhere kill(-pgid) sends it, right after one more check: of the
 *     handle, or, if the handle can no longer be verified, of a member that
 *     was known while it could (pgwatch_has_verified).
 *  3. Groups 0 and 1, and negative ones, MUST NOT be signalled.
 *  4. CONT MUST follow every signal that a stopped process does not act on.
 *  5. Zombies MUST count as dead.  A success of kill(-pgid, 0) MUST NOT count
 *     as life: a zombie is enough for it.  Only ESRCH proves that a group is
 *     gone.
 */
#ifndef PGROUP_H
#define PGROUP_H

#include "proc/handle.h"

struct pgroup {
	struct handle	id;
	int		ref;	/* the leader's descriptor, or -1 */
};

/*
 * Verify id and fill in *group, which the caller closes whatever the verdict.
 * Return as handle_verify does.
 */
int	pgroup_open(struct pgroup *group, const struct handle *id,
	    const struct proctable *table);

/*
 * The same for a group whose leader's descriptor is held->ref, opened before
 * the leader was reaped: then no member has to prove the group (Linux 6.9).
 */
int	pgroup_open_held(struct pgroup *group, const struct pgroup *held);

void	pgroup_close(struct pgroup *group);

/* Send sig to every member, without CONT.  Errors as below. */
int	pgroup_send(const struct pgroup *group, int sig);

/*
 * Send sig to every member, and CONT after it where rule 4 says so.  Return 0,
 * or -1 with ESRCH: the group is gone; EPERM: no member may be signalled, or
 * the group can no longer be verified; EINVAL: rule 3, or no such signal.
 */
int	pgroup_signal(const struct pgroup *group, int sig);

/*
 * Send sig to the leader alone, and CONT as above.  Return as above, with
 * ESRCH: the group has no leader, or the leader is a zombie.
 */
int	pgroup_signal_leader(const struct pgroup *group, int sig);

/*
 * As pgroup_signal, by number alone, for a caller that can prove that the
 * number is still this group's.
 */
int	pgroup_signal_number(const struct pgroup *group, int sig);

/* Does a stopped process act on sig only after CONT?  1 or 0. */
int	pgroup_needs_continue(int sig);

/* Has the group no process left, not even a zombie?  1 or 0. */
int	pgroup_vanished(const struct pgroup *group);

/*
 * The snapshot shows no living member of the group.  Are all its members dead?
 * 1 or 0; 1 for NULL.  0: the system hides a member (hidepid= of Linux), which
 * may live; it shows no dead member, but the group exists.
 */
int	pgroup_is_dead(const struct pgroup *group,
	    const struct proctable *table);

#endif
