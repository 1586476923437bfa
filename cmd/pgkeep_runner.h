/*
 * pgkeep_runner.h - what the command writes to its ready pipe (-r).
 *
 *  1. The command is ready once it has written a newline.  It may write any
 *     text before the newline.
 *  2. pgspawn -K parent writes HANDLE<TAB>FLAGS<TAB>SCHEDULE before it
 *     executes its command: the handle of the group, and the options and
 *     schedule with which pgterm ends the group if pgspawn is killed.  Any
 *     other text is ignored.
 */
#ifndef PGKEEP_RUNNER_H
#define PGKEEP_RUNNER_H

#include "service/child.h"
#include "proc/handle.h"

struct runner {
	int		fd;		/* to read from, or -1 */
	int		ready;		/* a newline came */
	size_t		n;		/* bytes of the line */
	char		line[256];
	int		has_group;	/* the next three are filled in */
	struct handle	group;
	char		*flags, *schedule;	/* point into line */
};

/* Begin to read from fd, or from nothing if fd is -1. */
void	runner_open(struct runner *r, int fd);
void	runner_close(struct runner *r);

/* Read what the pipe holds, without blocking. */
void	runner_read(struct runner *r);

/* Has the group a living member?  1 too if that is not known. */
int	runner_leaves_members(const struct runner *r);

/*
 * Run pgterm to end the group, and wait for it.  pgterm is the one in the
 * folder of self, pgkeep's argv[0]; without a slash in self, the one of PATH.
 */
void	runner_end_group(const struct runner *r, const char *self,
	    const struct child_signals *signals);

#endif
