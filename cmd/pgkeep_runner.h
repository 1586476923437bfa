/*
 * pgkeep_runner.h - what the command tells over its ready pipe (-r).
 *
 *  1. The command is ready once there is a newline; what stands before it is the
 *     command's own.
 *  2. A pgspawn -K parent writes HANDLE<TAB>FLAGS<TAB>SCHEDULE before it starts
 *     its command: its group, and how pgterm is to end that should it be killed.
 *     Nothing else is taken for that.
 */
#ifndef PGKEEP_RUNNER_H
#define PGKEEP_RUNNER_H

#include "service/child.h"
#include "proc/handle.h"

struct runner {
	int		fd;		/* to read from, or -1 */
	int		ready;
	size_t		n;		/* bytes of the line */
	char		line[256];
	int		has_group;
	struct handle	group;
	char		*flags, *schedule;	/* in the line */
};

/* Begin to listen at fd, or (-1) to nothing. */
void	runner_open(struct runner *r, int fd);
void	runner_close(struct runner *r);

/* Take what there is. */
void	runner_read(struct runner *r);

/* Has its group a process that lives, or may be its? */
int	runner_leaves_members(const struct runner *r);

/* Have the pgterm beside self, or of PATH, end the group; and wait for that. */
void	runner_end_group(const struct runner *r, const char *self,
	    const struct child_signals *signals);

#endif
