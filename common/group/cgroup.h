/*
 * cgroup.h - a control group (version 2) that holds a command and all its
 * descendants, those that leave its process group included.
 *
 *  1. A name MUST be a path below the caller's own cgroup: none of its parts
 *     is empty, `.' or `..'.  Missing folders of the path are made.
 *  2. The command MUST be inside before its exec.
 *  3. A cgroup that is killed at the end MUST belong to the command alone: it
 *     is refused if it has processes, or if another process holds its lock.
 *  4. A cgroup MUST be empty (`populated 0') before it is removed.  Only
 *     rmdir(2) removes it, after the groups below it; no file in it is ever
 *     unlinked.
 */
#ifndef CGROUP_H
#define CGROUP_H

#include <stddef.h>

#include "base/deadline.h"

struct cgroup {
	char	*path;		/* malloc'ed; NULL: not open */
	size_t	 own;		/* bytes of it: the caller's cgroup */
	size_t	 there;		/* bytes of it: the folders not made here */
	int	 dir;
	int	 procs;		/* cgroup.procs: writing 0 enters */
};

/* Does this name obey rule 1?  1 or 0. */
int	cgroup_valid(const char *name);

/*
 * Open the cgroup of that name, and make it if it is missing; alone: obey
 * rule 3.  Return 0, or -1 with ENOSYS: there is no cgroup v2, or (alone) the
 * kernel lacks cgroup.kill; EBUSY (alone): it has processes, or its lock is
 * held; EDEADLK: it, or one above it, is frozen: a process that enters it stops
 * there; EINVAL: rule 1; or errno of open(2), mkdir(2), malloc(3).  The caller
 * closes *c in any case.
 */
int	cgroup_open(struct cgroup *c, const char *name, int alone);

/*
 * Open a cgroup that exists, to look at it or to end the processes in it.
 * Return 0, or -1 with ENOENT, ENOSYS, EINVAL, EACCES, ENOMEM.  The caller
 * closes *c in any case.
 */
int	cgroup_find(struct cgroup *c, const char *name);
void	cgroup_close(struct cgroup *c);

/*
 * Does a process that is no zombie live inside or below?  1; 0 (also if the
 * cgroup was removed); or -1 and errno of open(2) or read(2).
 */
int	cgroup_populated(const struct cgroup *c);

/*
 * Kill all processes inside or below, and wait until they are gone.  Return 1
 * if there was a process, 0 if not, -1 with ETIMEDOUT or errno of open(2) or
 * write(2).
 */
int	cgroup_kill(const struct cgroup *c, const struct deadline *until);

/*
 * Called at the end of a command.  alone: kill the processes inside, then
 * remove the cgroup.  Otherwise, with undo (the command did not start), remove
 * the folders that cgroup_open made.  Return as cgroup_kill does, within two
 * seconds.
 */
int	cgroup_finish(struct cgroup *c, int alone, int undo);

/*
 * Remove the cgroup, the groups below it, and the folders above it that
 * cgroup_open made, as far as they are empty.  undo: remove only what
 * cgroup_open made.  c->path is not valid afterwards.
 */
void	cgroup_remove(struct cgroup *c, int undo);

#endif
