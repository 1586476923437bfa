/*
 * grouplist.h - the members of a process group, listed by the system.
 *
 * Where the system has such a list (macOS), it makes the list at one instant,
 * zombies included.  So the list is complete, which a pass over all processes
 * cannot prove.
 */
#ifndef GROUPLIST_H
#define GROUPLIST_H

#include <sys/types.h>

#include "base/pidset.h"

/*
 * Replace *l with the sorted PIDs of the group's members.  0, or -1 with
 * ENOSYS: the system has no such list; or ENOMEM.
 */
int	grouplist_read(struct pidset *l, pid_t pgid);

/* Is every PID of list a on list b?  1 or 0. */
int	grouplist_is_subset(const struct pidset *a, const struct pidset *b);

/*
 * Are all members of the group dead?  Return 1; 0: a member lives, or new
 * members keep appearing; -1 and errno as grouplist_read.
 */
int	grouplist_dead(pid_t pgid);

/*
 * Is there a live member that the caller may not signal (EPERM)?  1 or 0; -1
 * and errno as grouplist_read.
 */
int	grouplist_refuses(pid_t pgid);

#endif
