/*
 * targets.h - the groups that a user names by handles and bare PGIDs, as
 * operands or in the first field of lines.
 *
 *  1. 0, 1, negative numbers, text that is no handle, the caller's own group
 *     and the group of its session's leader MUST be refused.  All targets MUST
 *     be checked before anything is done to any of them.
 *  2. A group named twice MUST count once.  A bare number replaces a handle
 *     with the same number.
 *  3. If the user names processes instead, each stands for its group, and rule
 *     1 applies to that group.  A handle then names a process, which MUST have
 *     the handle's key.
 *  4. A bare number that is no PGID, but the PID of a group's member, MUST be
 *     refused: the user meant another group.
 */
#ifndef TARGETS_H
#define TARGETS_H

#include <sys/types.h>
#include <stddef.h>
#include <stdio.h>

#include "proc/handle.h"

#define TARGETS_FIELD	64	/* no target is longer */

struct targets {
	struct handle	*v;		/* n of size */
	size_t		 n, size;
	struct targets	*lost;		/* not NULL: rule 3, and processes
					 * that are gone are added to it */
	pid_t		 own, session, leaders;	/* refused; 0: not yet read */
	pid_t		 forbidden;	/* group that rule 1 refused; 1 also
					 * for process 1 in another one */
	pid_t		 home;		/* group of a member that rule 4
					 * refused */
};

/*
 * Add a target to *t, which the caller zeroes.  0, or -1 with EINVAL, ERANGE:
 * text is no handle or number; EPERM: rule 1 forbids the group; EXDEV: rule 4
 * refuses the number, and t->home is the process's group; EACCES, EAGAIN,
 * EMFILE, ENFILE: the process's group cannot be read; ENOMEM.
 */
int	targets_add(struct targets *t, const char *text);

/*
 * Add the first field of every line of f, except blank lines and lines that
 * start with `#'.  0, or -1 with the errno of targets_add or getc(3).  After a
 * failure, field holds the bad target, cut if it is too long; it is empty after
 * a read error.
 */
int	targets_read(struct targets *t, FILE *f, char field[TARGETS_FIELD]);

/* Apply rule 2 after the last target was added, also to t->lost. */
void	targets_unite(struct targets *t);
void	targets_free(struct targets *t);

#endif
