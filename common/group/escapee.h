/*
 * escapee.h - find the processes outside of groups that are theirs all the
 * same: those that descend from members or from whoever adopts them, those
 * whose lineage holds the handle, those of a session.
 *
 *  1. Only a process whose descent, lineage or session was read after a
 *     descriptor for it was had, or whose start time was the same before and
 *     after, MUST be reported.
 *  2. The caller, its ancestors, PID 1, kernel threads and zombies MUST NOT
 *     be reported, nor members of the groups themselves (but see 6), nor what
 *     is known.
 *  3. What was found to be nobody's is passed over from then on: neither a
 *     stranger's descent nor its session ever becomes a group's.  It MUST NOT
 *     be while its parent could not be told.
 *  4. The environment is read of none that is older than all leaders: nobody
 *     can have a handle in it before there is one.
 *  5. A hunt that found nothing proves that nothing is left only if it missed
 *     nothing: whatever lived when it began was either seen alive, or it is
 *     a zombie that was none before, or it vanished after it was listed.
 *  6. Where adopter gets whatever its descendants leave (it is a subreaper), and
 *     did so before the first group was there, the group has no process that is
 *     not below it.  Then only those are looked at, members that are not known
 *     are reported with the others, and nothing is read of an environment.
 *     Where the system does not tell, or hides one of them, all are looked at.
 */
#ifndef ESCAPEE_H
#define ESCAPEE_H

#include <sys/types.h>
#include <stddef.h>
#include <stdint.h>

#include "proc/deadset.h"
#include "proc/pidcache.h"
#include "proc/handle.h"

/* What one hunt leaves to the next for the same groups; zeroed at first. */
struct escapee_memory {
	struct pidcache	strangers;
	struct deadset		dead;		/* where strangers are forgotten */
	int			scanned_once;
	uint64_t		oldest;		/* leader's start */
	int			vanished;	/* a group's, but vanished */
	int			hidden;	/* not all below can be seen */
};

struct escapee_known {
	pid_t	pid;
	size_t	group;
};

struct escapee_query {
	const struct handle	*group;		/* n of them */
	size_t			 n;
	int			 by_descent;	/* by descent and lineage, too */
	/* By session: the group's, or 0.  NULL: none. */
	const pid_t		*session;
	/* Has this group its number still, so that who has it is a member? */
	int			(*holds)(size_t group, void *arg);
	/* All that descends from adopter but is not, nor descends from,
	 * spared or monitor counts as the first group's; 0: nobody. */
	pid_t			 adopter, spared, monitor;
	int			 closed;	/* see 6 */
	/* Members and others that are watched, by PID. */
	const struct escapee_known *known;
	size_t			 nknown;
	/* ref (or -1) becomes the visitor's to close. */
	void			(*found)(pid_t pid, int ref, size_t group,
				    void *arg);
	void			*arg;
};

/*
 * Report them all.  Return how many processes were missed (rule 5); -1:
 * ENOMEM, ENOSYS, EXDEV, EMFILE, ENFILE.
 */
int	escapee_scan(const struct escapee_query *h, struct escapee_memory *m);
void	escapee_forget(struct escapee_memory *m);

/* For qsort(3): structures that start with their PID. */
int	escapee_compare(const void *a, const void *b);

#endif
