/*
 * carrier.h - find the carriers: processes whose environment has every marker.
 *
 *  1. A process that has the markers from before the scan to after it MUST be
 *     found.  During an exec its environment cannot be read: the process is
 *     tried again until all others are done, and up to a second longer.
 *  2. A process may end before the scan looks at it, and leave a child that is
 *     newer than the list of processes.  So the scan looks at the new
 *     processes afterwards: at all PIDs up to the newest one; or, if the
 *     system does not tell that PID, in new lists until one has no new process
 *     (3 at most).
 *  3. Of a process that does not match, only the environment is read.
 *  4. Without a marker every process matches, and no environment is read.
 */
#ifndef CARRIER_H
#define CARRIER_H

#include <sys/types.h>
#include <stddef.h>

#include "proc/marker.h"
#include "sys/procinfo.h"
#include "proc/proctable.h"

struct carrier_query {
	const struct marker	*marker;
	size_t			 nmarkers;
	int			 anyuser;
	uid_t			 uid;		/* of this user only */
	const pid_t		*except;	/* PIDs to leave out, then 0 */
	int			 unreadable;	/* count them: a stat each */
	/* If not NULL: 1 if the process counts.  Called by several threads. */
	int			(*selects)(const struct procinfo *,
				    const void *);
	const void		*arg;
};

struct carrier {
	struct procinfo	 info;
	char		*entry;		/* of the first marker, NAME=VALUE */
	size_t		 len;
	char		*record;	/* value of PGTRACK_RECORD, or NULL */
};

/* The result; the caller frees it by carriers_free. */
struct carriers {
	struct carrier	*carrier;
	size_t		 n, size;
	size_t		 unreadable;	/* environments */
};

/*
 * Find all carriers that are neither zombies nor kernel threads, sorted by PID.
 * 0, or -1 with errno as proctable_read, or EMFILE or ENFILE.
 */
int	carriers_find(struct carriers *found,
	    const struct carrier_query *query);
void	carriers_free(struct carriers *found);

#endif
