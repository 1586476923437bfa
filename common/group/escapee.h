/*
 * escapee.h - find escapees: processes outside of groups that belong to them.
 * An escapee descends from a member, or from the process that adopts orphans
 * of the group; or its lineage holds the group's handle; or it is in the
 * group's session.
 *
 *  1. A process MUST NOT be reported unless its descent, lineage or session
 *     was read while a descriptor for it was open, or its start time was the
 *     same before and after.
 *  2. The caller, its ancestors, PID 1, kernel threads and zombies MUST NOT be
 *     reported, nor known processes, nor members of the groups (but see 6).
 *  3. A process that belongs to no group is a stranger.  Later scans skip it:
 *     a stranger never becomes a group's by descent or session.  A process
 *     whose parent could not be read MUST NOT become a stranger.
 *  4. The environment of a process older than all leaders is not read: it
 *     cannot hold the handle of a group that did not exist.
 *  5. A scan that found nothing proves that nothing is left only if it missed
 *     nothing.  A process counts as missed if it vanished after it was listed,
 *     if it became a zombie since the last scan, or if its group is unclear.
 *  6. closed: adopter has been a subreaper since before the first group began,
 *     so that every process of the group is a descendant of adopter.  Then
 *     only those are scanned, members that are not known are reported with the
 *     others, and no environment is read.  Where the system cannot list
 *     children, or hides one of them, all processes are scanned.
 */
#ifndef ESCAPEE_H
#define ESCAPEE_H

#include <sys/types.h>
#include <stddef.h>
#include <stdint.h>

#include "proc/deadset.h"
#include "proc/pidcache.h"
#include "proc/handle.h"

/* What one scan leaves to the next for the same groups; zeroed at first. */
struct escapee_memory {
	struct pidcache	strangers;
	struct deadset		dead;	/* where strangers cannot be kept */
	int			scanned_once;
	uint64_t		oldest;		/* start of the oldest leader */
	int			vanished;	/* escapees not reported */
	int			hidden;		/* rule 6 cannot hold */
};

struct escapee_known {
	pid_t	pid;
	size_t	group;
};

struct escapee_query {
	const struct handle	*group;		/* n of them */
	size_t			 n;
	int			 by_descent;	/* and by lineage */
	/* Of each group, 0 for none.  NULL: do not look by session. */
	const pid_t		*session;
	/* Is the PGID still this group's, so that it proves membership? */
	int			(*holds)(size_t group, void *arg);
	/* Every descendant of adopter is the first group's, but for spared,
	 * monitor, and the descendants of spared; 0: no such process. */
	pid_t			 adopter, spared, monitor;
	int			 closed;	/* rule 6 */
	/* The members and escapees that are watched, sorted by PID. */
	const struct escapee_known *known;
	size_t			 nknown;
	/* Called for each escapee; it closes ref (or -1). */
	void			(*found)(pid_t pid, int ref, size_t group,
				    void *arg);
	void			*arg;
};

/*
 * Report all escapees.  Return how many processes were missed (rule 5); -1 and
 * errno: ENOMEM, ENOSYS, EXDEV, EMFILE, ENFILE.
 */
int	escapee_scan(const struct escapee_query *h, struct escapee_memory *m);
void	escapee_forget(struct escapee_memory *m);

/* For qsort(3) and bsearch(3): compare structures that start with a PID. */
int	escapee_compare(const void *a, const void *b);

#endif
