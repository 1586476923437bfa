/*
 * groupset.h - the process groups of the processes that a scan has found.
 *
 * A group has one handle, which is made when the scan finds the first member.
 * That process is a member before and after the handle is made, so the handle
 * never names a later group with the same number.
 */
#ifndef GROUPSET_H
#define GROUPSET_H

#include <sys/types.h>
#include <stddef.h>

#include "proc/handle.h"
#include "sys/procinfo.h"
#include "proc/proctable.h"

struct group {
	struct handle	 id;		/* PID 0: led from outside of our PID
					 * namespace */
	int		 listed, owned;	/* for the caller; 0 at first */
};

struct groupset {
	struct group	*group;		/* n of size, sorted by PGID */
	size_t		 n, size;
	struct proctable table;		/* read for the first group without
					 * a leader */
};

/*
 * Return the group of the process in *info.  If the process has moved to
 * another group, *info is read again.  The pointer is valid until the next
 * call.  NULL and errno: ESRCH, the process or its group is gone; EMFILE,
 * ENFILE, ENOMEM; or as proctable_read.
 */
struct group	*groupset_find(struct groupset *set, struct procinfo *info);
void		 groupset_free(struct groupset *set);

#endif
