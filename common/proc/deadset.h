/*
 * deadset.h - the processes that a scan found dead, kept for one more scan.
 *
 * A dead process stays dead, and its start time tells it from a later process
 * with the same PID.  So this works on systems that do not report the newest
 * PID, too.
 */
#ifndef DEADSET_H
#define DEADSET_H

#include <sys/types.h>
#include <stddef.h>
#include <stdint.h>

struct deadproc {
	pid_t	 pid;
	uint64_t start;
};

struct deadset {		/* the caller zeroes it */
	struct deadproc	*v, *older;	/* of this round, of the last one */
	size_t		 n, size, nolder;
};

/* Begin a round: forget the processes that the last round did not note. */
void	deadset_begin(struct deadset *d);

/*
 * Note a dead process.  Return 1 if the last round noted it too, else 0; also 0
 * if there is no memory, which costs the caller another round.
 */
int	deadset_note(struct deadset *d, pid_t pid, uint64_t start);
void	deadset_free(struct deadset *d);

#endif
