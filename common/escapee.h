/*
 * escapee.h - find the processes that left their group: those that descend
 * from its members or from whoever adopts them, and those whose lineage holds
 * its handle.
 *
 *  1. Only a process whose descent or lineage was read after a descriptor
 *     for it was had, or whose start time was the same before and after, MUST
 *     be reported.
 *  2. The caller, its ancestors, PID 1, kernel threads and zombies MUST NOT
 *     be reported, nor members of the groups themselves.
 *  3. What was reported once is reported again while it lives: the caller
 *     knows what it knows.
 */
#ifndef ESCAPEE_H
#define ESCAPEE_H

#include <sys/types.h>
#include <stddef.h>

#include "procid.h"

struct escapee_hunt {
	const struct procid	*group;		/* n of them */
	size_t			 n;
	/* Has this group its number still, so that who has it is a member?
	 * May be NULL: all have. */
	int			(*holds)(size_t group, void *arg);
	/* All that descends from adopter but is not, nor descends from,
	 * spared counts as the first group's; 0: nobody. */
	pid_t			 adopter, spared;
	/* Is this known escapee (descend from it, too)? May be NULL. */
	int			(*known)(pid_t pid, size_t *group, void *arg);
	/* ref (or -1) becomes the visitor's to close. */
	void			(*found)(pid_t pid, int ref, size_t group,
				    void *arg);
	void			*arg;
};

/* Report them all.  ENOMEM, ENOSYS, EXDEV. */
int	escapee_hunt(const struct escapee_hunt *h);

#endif
