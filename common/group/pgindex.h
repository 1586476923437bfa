/*
 * pgindex.h - find the group that a process is a new member of.
 */
#ifndef PGINDEX_H
#define PGINDEX_H

#include <sys/types.h>
#include <stddef.h>

#include "proc/proctable.h"

struct pgindex_entry {
	pid_t	pgid;		/* first, for procwatch_compare */
	size_t	item;		/* the caller's */
};

struct pgindex {
	struct pgindex_entry	*group;
	size_t			 n;
	pid_t			*known;	/* sorted by procwatch_compare */
	size_t			 nknown;
};

/*
 * Make room for that many groups.  known (malloc'ed, nknown of them) lists the
 * PIDs that are no new members; the index frees it.  Return 0, or -1 with
 * ENOMEM, also if known is NULL.  The caller closes *x in any case.
 */
int	pgindex_open(struct pgindex *x, size_t groups, pid_t *known,
	    size_t nknown);
void	pgindex_close(struct pgindex *x);

void	pgindex_add(struct pgindex *x, pid_t pgid, size_t item);

/* Call this after the last pgindex_add. */
void	pgindex_sort(struct pgindex *x);

/* Is this PID in known? */
int	pgindex_knows(const struct pgindex *x, pid_t pid);

/* The group of a process; NULL: it is known, or in no group of the index. */
const struct pgindex_entry *pgindex_find(const struct pgindex *x,
	    const struct procrow *row);

#endif
