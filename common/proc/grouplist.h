/*
 * grouplist.h - a process group as the system itself lists it.
 *
 * Where there is such a list it is made at one instant, zombies included, and
 * proves what a pass over all processes cannot: that nobody was left out.
 */
#ifndef GROUPLIST_H
#define GROUPLIST_H

#include <sys/types.h>

#include "base/pidset.h"

/* List the group anew into *l, sorted.  ENOSYS: there is no such list; ENOMEM. */
int	grouplist_read(struct pidset *l, pid_t pgid);

/* Is every member of a on the list b?  1 or 0. */
int	grouplist_within(const struct pidset *a, const struct pidset *b);

/*
 * Are all members of the group dead?  1; 0: one lives, or the group does not
 * hold still; -1: as grouplist_read.
 */
int	grouplist_dead(pid_t pgid);

/* Does a member live that may not be signalled?  1 or 0; -1: as above. */
int	grouplist_refuses(pid_t pgid);

#endif
