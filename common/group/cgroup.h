/*
 * cgroup.h - a control group (version 2) that holds a command and whatever it
 * starts, also what leaves its process group.
 *
 *  1. A name MUST be a path below our own cgroup: none of its parts is empty,
 *     `.' or `..'.  What is missing of it is made.
 *  2. The command MUST be inside before its exec.
 *  3. One that is to be killed at the end MUST be the command's alone: it is
 *     refused if it has processes, or if somebody else will kill it.
 *  4. It MUST be empty (`populated 0') before it is removed, which rmdir(2)
 *     does, of the groups below it first; what else shows there is never
 *     unlinked.
 */
#ifndef CGROUP_H
#define CGROUP_H

#include <stddef.h>

#include "base/deadline.h"

struct cgroup {
	char	*path;		/* malloc'ed; NULL: not open */
	size_t	 own;		/* so much of it is our own's */
	size_t	 there;		/* and so much was there before */
	int	 dir;
	int	 procs;		/* who writes 0 to it is inside */
};

/* Is this a name as rule 1 asks for?  1 or 0. */
int	cgroup_valid(const char *name);

/*
 * Open the cgroup of that name, made if need be; alone: as rule 3 has it.
 * ENOSYS: there is no cgroup v2, or (alone) none that can be killed; EBUSY:
 * it is not ours alone; EINVAL; EACCES, EROFS, ENOMEM ...  *c is to be closed
 * in any case.
 */
int	cgroup_open(struct cgroup *c, const char *name, int alone);

/*
 * Open one that is there, to look at it or to end what is in it.  ENOENT;
 * ENOSYS, EINVAL, EACCES, ENOMEM ...  *c is to be closed in any case.
 */
int	cgroup_find(struct cgroup *c, const char *name);
void	cgroup_close(struct cgroup *c);

/* Is anybody inside or below, but zombies?  1 or 0 (also if it is removed),
 * or -1. */
int	cgroup_populated(const struct cgroup *c);

/*
 * Kill whatever is inside or below, and wait until nothing is.  Return 1 if
 * there was something, 0 if not, -1 with ETIMEDOUT or errno of write(2).
 */
int	cgroup_kill(const struct cgroup *c, const struct deadline *until);

/*
 * At the end of a command: kill what is inside, if it is that of the command
 * alone, and remove it then; if it is not, undo where the command did not get
 * started.  Return as cgroup_kill, within two seconds.
 */
int	cgroup_finish(struct cgroup *c, int alone, int undo);

/*
 * Remove it with the groups below it, and those above it that were made for
 * it, as far as they are empty.  undo: only what cgroup_open has made.  Its
 * path is of no use afterwards.
 */
void	cgroup_remove(struct cgroup *c, int undo);

#endif
