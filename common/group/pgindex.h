/*
 * pgindex.h - which of many groups a process is a new member of.
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
	pid_t			*known;		/* sorted by procwatch_compare */
	size_t			 nknown;
};

/*
 * Make room for that many groups; the malloc'ed known are those that are no
 * news, and belong to the index.  ENOMEM, also if known is NULL.  To be closed
 * in any case.
 */
int	pgindex_open(struct pgindex *x, size_t groups, pid_t *known,
	    size_t nknown);
void	pgindex_close(struct pgindex *x);

void	pgindex_add(struct pgindex *x, pid_t pgid, size_t item);

/* Once all are added. */
void	pgindex_sort(struct pgindex *x);

/* Is this process no news? */
int	pgindex_knows(const struct pgindex *x, pid_t pid);

/* The group of a process that is not known; NULL: it is, or is in none. */
const struct pgindex_entry *pgindex_find(const struct pgindex *x,
	    const struct procrow *row);

#endif
