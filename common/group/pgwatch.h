/*
 * pgwatch.h - wait until whole groups are gone, many at once.
 *
 *  1. A group is gone when only zombies have its PGID.
 *  2. A member born during the wait MUST be found.  A group is gone only after
 *     a pass over the process table that found no member but those whose death
 *     was known before the pass, and during which no process vanished before
 *     its group was read.
 *  3. A member's death MUST wake the caller where the system has descriptors
 *     for processes.  Without one (none in the system, or the limit of open
 *     files is reached) the member is looked at every 10 ms.
 *  4. A process that moves to another group is a member no longer.  The system
 *     reports no such move, so the watch looks for it, at growing intervals of
 *     up to a second.
 */
#ifndef PGWATCH_H
#define PGWATCH_H

#include <sys/types.h>
#include <poll.h>
#include <stddef.h>

#include "base/deadline.h"
#include "group/pgroup.h"
#include "proc/proctable.h"
#include "proc/procwatch.h"

struct pgwatch_item;		/* a group that is waited for */

struct pgwatch {
	struct pgwatch_item	*item;
	size_t			 nitem;
	struct procwatch	 procs;
	struct proctable	 table;
	struct deadline		 tick;
	int			 scanned;
	/* Reap the dead leader of a group if it is the caller's child, so that
	 * the group can vanish; NULL: no leader is a child. */
	void			(*reap)(void *arg);
	void			*arg;
	int			 outsiders;	/* a group is in a session of
						 * another PID namespace */
	int			 interval;	/* of ticks, ms */
	size_t			 nseen;		/* members found so far */
};

/*
 * Initialize *w for up to n items.  Return 0, or -1 with ENOMEM.  The caller
 * closes *w in any case.
 */
int	pgwatch_open(struct pgwatch *w, size_t n);
void	pgwatch_close(struct pgwatch *w);

/*
 * Add an item: a group, which must outlive the watch, or NULL: only processes
 * that are added later.  Return the item's index, counted from 0.
 */
size_t	pgwatch_add(struct pgwatch *w, const struct pgroup *group);

/*
 * Add a process outside of the group to item, which is then not gone until the
 * process is.  If session is not 0, the process counts only while it is in that
 * session.  Return 0: the watch closes ref (or -1); or -1 with ENOMEM.
 */
int	pgwatch_add_process(struct pgwatch *w, size_t item, pid_t pid,
	    int ref, pid_t session);

/* The same for a member of item's group, which must be verified. */
int	pgwatch_add_member(struct pgwatch *w, size_t item, pid_t pid, int ref);

/*
 * Watch only the leader of item's group, in place of a first scan.  The group
 * is not gone while its leader lives; the scan follows the leader's death,
 * unless the group has vanished by then.  Return 0, or -1 if the leader does
 * not live.
 */
int	pgwatch_leader_only(struct pgwatch *w, size_t item);

/*
 * Read the process table and watch the new members of all groups.  Return how
 * many new members were dead already, or vanished before their group was read:
 * if not 0, another scan may find their children.  -1 and errno as
 * proctable_read.
 */
int	pgwatch_scan(struct pgwatch *w);

/*
 * poll(2) the n (up to PROCWATCH_EXTRA) descriptors at extra and those of the
 * members, up to timeout ms; then find out which items are gone.  Return as
 * poll(2), EINTR included, but 0 may come before the time is up.
 */
int	pgwatch_wait(struct pgwatch *w, struct pollfd *extra, size_t n,
	    int timeout);

/* Find out which items are gone, without waiting. */
void	pgwatch_check(struct pgwatch *w);

/* The same, after a look for moves (rule 4) and unreported deaths (rule 3). */
void	pgwatch_refresh(struct pgwatch *w);

/* Is item gone?  1 or 0. */
int	pgwatch_gone(const struct pgwatch *w, size_t item);

/* Has item a group that is not known to be gone?  1 or 0. */
int	pgwatch_holds(const struct pgwatch *w, size_t item);

/*
 * Does a member live that was in the group when it was verified, or that
 * joined while such a member lived?  Then the number is still this group's,
 * even without its leader.  The first scan has to follow the verification.  1
 * or 0.
 */
int	pgwatch_has_verified(const struct pgwatch *w, size_t item);

/* Call visit for the watched processes of item, or of PGWATCH_ALL. */
#define PGWATCH_ALL	((size_t)-1)
void	pgwatch_each(const struct pgwatch *w, size_t item,
	    void (*visit)(const struct watched *, void *), void *arg);

#endif
