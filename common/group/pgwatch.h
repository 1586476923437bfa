/*
 * pgwatch.h - wait until whole groups are gone, many at once.
 *
 *  1. A group is gone when no process with its PGID is left but zombies.
 *  2. A member born during the wait MUST be found: a group is gone only after
 *     a pass over the process table met none but members whose death was
 *     known before the pass began, and no process that vanished before it
 *     could tell its group.
 *  3. A member's death MUST be an event, not the end of a nap, where the
 *     system can tell; past the limit of descriptors, or where it cannot,
 *     members are looked at every 10 ms and none is lost.
 *  4. A member that moved to another group is none any more.  No event tells
 *     of that, so it is looked for ever more rarely, each second in the end.
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

struct pgwatch_item;		/* a group waited for */

struct pgwatch {
	struct pgwatch_item	*item;
	size_t			 nitem;
	struct procwatch	 procs;
	struct proctable	 table;
	struct deadline		 tick;
	int			 scanned;
	/* Reap the dead leader of a group that is our child, so that the group
	 * may be seen to have vanished; NULL: no group has one. */
	void			(*reap)(void *arg);
	void			*arg;
	int			 outsiders;	/* may be in a group: its
						 * session is led from outside */
	int			 interval;	/* of ticks, ms */
	size_t			 nseen;		/* so many members so far */
};

/* Zero *w, for up to n groups.  ENOMEM. */
int	pgwatch_open(struct pgwatch *w, size_t n);
void	pgwatch_close(struct pgwatch *w);

/*
 * Wait for a group, which must outlive the watch, or only for processes to be
 * added (NULL); return the item's index, counted from 0.
 */
size_t	pgwatch_add(struct pgwatch *w, const struct pgroup *group);

/*
 * Wait for a process outside of the group, too, before item is gone, or not
 * gone after all; if session is not 0, only while it is of that session.  ref
 * (may be -1) then belongs to the watch.  ENOMEM.
 */
int	pgwatch_add_process(struct pgwatch *w, size_t item, pid_t pid,
	    int ref, pid_t session);

/* The same for a member of item's group, which is verified.  ENOMEM. */
int	pgwatch_add_member(struct pgwatch *w, size_t item, pid_t pid, int ref);

/*
 * Watch the leader of item's group alone, in place of a first scan: a group is not
 * gone while that lives, and the scan follows its death unless the group has
 * vanished by then.  Return 0, or -1 if the leader does not live.
 */
int	pgwatch_lead(struct pgwatch *w, size_t item);

/*
 * List the members of all groups anew.  Return how many that were not known
 * turned out to be dead already, or may have been members and vanished, so
 * that another pass may find what they left; -1 and errno as proctable_read.
 */
int	pgwatch_scan(struct pgwatch *w);

/*
 * poll(2) for the n (up to PROCWATCH_EXTRA) descriptors at extra, up to timeout
 * ms, and at the same time for deaths; then see which items are gone.  As
 * poll(2), EINTR included, but it may return 0 before the time is up.
 */
int	pgwatch_wait(struct pgwatch *w, struct pollfd *extra, size_t n,
	    int timeout);

/* See which items are gone, without waiting. */
void	pgwatch_settle(struct pgwatch *w);

/* The same, after a look at what no event tells of. */
void	pgwatch_refresh(struct pgwatch *w);

int	pgwatch_gone(const struct pgwatch *w, size_t item);

/* Has item a group, and is that not known to be gone? */
int	pgwatch_holds(const struct pgwatch *w, size_t item);

/*
 * Does a member live that was one when the group was verified, or joined it
 * while such a member was there?  Then the number stands for that group still,
 * whoever leads it.  The first scan has to follow the verification.
 */
int	pgwatch_unbroken(const struct pgwatch *w, size_t item);

/* Call visit for the processes of item, or PGWATCH_ALL, known to live. */
#define PGWATCH_ALL	((size_t)-1)
void	pgwatch_each(const struct pgwatch *w, size_t item,
	    void (*visit)(const struct watched *, void *), void *arg);

#endif
