/*
 * pidset.h - a set of PIDs, made first and asked then.
 */
#ifndef PIDSET_H
#define PIDSET_H

#include <sys/types.h>
#include <stddef.h>

struct pidset {			/* zeroed at first */
	pid_t	*v;
	size_t	 n, size;
	size_t	 sorted;	/* so many from the start, in order */
};

/* Add one, perhaps again.  -1: ENOMEM. */
int	pidset_add(struct pidset *s, pid_t pid);

/* Put all of them in order, each once; return how many there are. */
size_t	pidset_sort(struct pidset *s);

/* Was it there when they were sorted?  1 or 0. */
int	pidset_has(const struct pidset *s, pid_t pid);

/* Add all of from to s; from becomes empty.  -1: ENOMEM. */
int	pidset_move(struct pidset *s, struct pidset *from);
void	pidset_free(struct pidset *s);

#endif
