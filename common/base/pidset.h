/*
 * pidset.h - a set of PIDs: add all of them, sort the set, then look them up.
 */
#ifndef PIDSET_H
#define PIDSET_H

#include <sys/types.h>
#include <stddef.h>

struct pidset {			/* the caller zeroes it */
	pid_t	*v;		/* n of size */
	size_t	 n, size;
	size_t	 sorted;	/* the first of them are in order */
};

/* Add pid; it may be in the set already.  0, or -1 with ENOMEM. */
int	pidset_add(struct pidset *s, pid_t pid);

/* Sort the set and drop duplicates; return how many PIDs it holds. */
size_t	pidset_sort(struct pidset *s);

/* Was pid in the set when the set was last sorted?  1 or 0. */
int	pidset_has(const struct pidset *s, pid_t pid);

/* Move all PIDs of from to s.  0, or -1 with ENOMEM: from keeps them all. */
int	pidset_move(struct pidset *s, struct pidset *from);
void	pidset_free(struct pidset *s);

#endif
