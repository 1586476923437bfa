/*
 * deadset.h - processes that were found dead, from one round to the next.
 *
 * What is dead stays so; and its start tells a process from a later one of that
 * number, so that this needs no system that tells which numbers it gave out.
 */
#ifndef DEADSET_H
#define DEADSET_H

#include <sys/types.h>
#include <stddef.h>
#include <stdint.h>

struct deadone {
	pid_t	 pid;
	uint64_t start;
};

struct deadset {		/* zeroed at first */
	struct deadone	*v, *older;
	size_t		 n, size, nolder;
};

/* Begin a round: forget those that were not noted in the last one. */
void	deadset_turn(struct deadset *d);

/* Note one: was it noted in the last round?  1 or 0. */
int	deadset_note(struct deadset *d, pid_t pid, uint64_t start);
void	deadset_free(struct deadset *d);

#endif
