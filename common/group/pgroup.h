/*
 * pgroup.h - one process group, verified, to be signalled.
 *
 *  1. A group MUST be verified (handle.h) before the first signal.  One given
 *     as a bare number MUST be held by its leader's key from then on, if it
 *     has a leader.
 *  2. A signal MUST go through the leader's descriptor where the kernel binds
 *     it to the group, also after the leader was reaped; else by kill(-pgid)
 *     right after one more check, of the handle or, where that can no longer
 *     be verified, of a member known since it was (pgwatch_unbroken).
 *  3. Groups 0 and 1, and negative ones, MUST NOT be signalled.
 *  4. CONT MUST follow every signal that a stopped process would sit on.
 *  5. Zombies MUST count as dead.  That kill(-pgid, 0) succeeds MUST NOT be
 *     taken for life: it does as long as a zombie is left.  Only ESRCH proves
 *     that a group is gone.
 */
#ifndef PGROUP_H
#define PGROUP_H

#include "proc/handle.h"

struct pgroup {
	struct handle	id;
	int		ref;	/* bound to the leader, or -1 */
};

/*
 * Verify id and fill in *group, to be closed whatever the verdict.  As
 * handle_verify otherwise.
 */
int	pgroup_open(struct pgroup *group, const struct handle *id,
	    const struct proctable *table);
/*
 * The same for a group whose leader's descriptor held has, since before the leader
 * was reaped if it was: then no member need vouch for the group (Linux 6.9).
 */
int	pgroup_hold(struct pgroup *group, const struct pgroup *held);

void	pgroup_close(struct pgroup *group);

/* Send sig to every member, and nothing after it.  Errors as below. */
int	pgroup_send(const struct pgroup *group, int sig);

/*
 * Send sig to every member, and CONT after it if rule 4 asks for that.
 * ESRCH: the group is gone; EPERM: not one member may be signalled, or the
 * group can no longer be verified; EINVAL.
 */
int	pgroup_signal(const struct pgroup *group, int sig);

/* Send sig to its leader alone, and CONT as above.  ESRCH: it has none, or a
 * zombie; otherwise as above. */
int	pgroup_signal_leader(const struct pgroup *group, int sig);

/*
 * As pgroup_signal, by number alone, for a caller who can prove that the number stands
 * for this group still.
 */
int	pgroup_signal_number(const struct pgroup *group, int sig);

/* Would a stopped process sit on sig until CONT comes? */
int	pgroup_needs_continue(int sig);

/* Is no process left of it, not even a zombie? */
int	pgroup_vanished(const struct pgroup *group);

#endif
