/*
 * groupset.h - the groups of the processes that a scan has found.
 *
 * Each has one handle, made when the first process of it is met, while that is
 * a member before and after: so it is never the handle of a later group.
 */
#ifndef GROUPSET_H
#define GROUPSET_H

#include <sys/types.h>
#include <stddef.h>

#include "proc/handle.h"
#include "sys/procinfo.h"
#include "proc/proctable.h"

struct group {
	struct handle	 id;		/* number 0: of another PID namespace */
	int		 listed, owned;	/* the caller's; 0 at first */
};

struct groupset {
	struct group	*group;		/* by their numbers */
	size_t		 n, size;
	struct proctable table;		/* read once a group has no leader */
};

/*
 * The group of the process in *info, which is read again if the process has
 * moved to another; the pointer is good until the next call.  NULL and errno:
 * ESRCH one of them is gone; ENOMEM or as proctable_read.
 */
struct group	*groupset_find(struct groupset *set, struct procinfo *info);
void		 groupset_free(struct groupset *set);

#endif
