/*
 * targets.h - the groups a user names: handles and bare PGIDs, as operands
 * or as the first field of lines.
 *
 *  1. 0, 1, negative numbers, anything that is no handle, our own group and
 *     the group of our session's leader MUST be refused, all targets before
 *     anything is done to any.
 *  2. A group named twice MUST count once; a bare number wins over a handle
 *     of that number.
 *  3. If processes are named instead, the group of each is meant, and rule 1
 *     is about that.  A handle then names a process, which MUST have its key.
 *  4. The bare number of a process that leads no group, though it is a member of
 *     one, MUST be refused as those of rule 1 are: it is not what was meant.
 */
#ifndef TARGETS_H
#define TARGETS_H

#include <sys/types.h>
#include <stddef.h>
#include <stdio.h>

#include "proc/handle.h"

#define TARGETS_FIELD	64	/* no target is longer */

struct targets {
	struct handle	*v;
	size_t		 n, size;
	struct targets	*lost;	/* not NULL: rule 3; gets those that are gone */
	pid_t		 own, session, leaders;	/* refused, once asked for */
	pid_t		 home;		/* of what rule 4 refused last */
};

/*
 * Add one to *t, which is zeroed at first.  EINVAL, ERANGE: it is no handle or
 * number; EPERM: rule 1 forbids this group; EXDEV: rule 4 does, and t->home is
 * the group.  EACCES, EAGAIN, EMFILE, ENFILE: the group of this process cannot be
 * asked for; ENOMEM.
 */
int	targets_add(struct targets *t, const char *text);

/*
 * Add the first field of every line of f, but for blank lines and those that
 * start with `#'.  On failure, errno as targets_add or from reading; what it
 * failed on is in field, cut if it is too long, or empty after a read error.
 */
int	targets_read(struct targets *t, FILE *f, char field[TARGETS_FIELD]);

/* Rule 2, once all are added, for the lost ones, too. */
void	targets_unite(struct targets *t);
void	targets_free(struct targets *t);

#endif
