/*
 * carrier.h - processes whose environment block carries every marker.
 *
 *  1. A process that carries them from before the scan to after it MUST be
 *     found, and so in the middle of an exec, where no block can be read: that
 *     is tried again until all others are done, and a second longer.
 *  2. A process that ends before it is looked at may have left a child that
 *     was not there yet when the list was made: so the newborn are looked at
 *     after the others, up to the newest one's number, or, where the system
 *     does not tell that, by new lists until one has nobody new (3 at most).
 *  3. Only of those that match more than the environment is read, and kept.
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
	uid_t			 uid;		/* unless anyuser */
	const pid_t		*except;	/* ended by 0 */
	int			 unreadable;	/* count those, for a stat each */
};

struct carrier {
	struct procinfo	 info;
	char		*entry;		/* of the first marker, NAME=VALUE */
	size_t		 len;
	char		*record;	/* value of PGTRACK_RECORD, or NULL */
};

/* What is found; zeroed at first. */
struct carriers {
	struct carrier	*carrier;
	size_t		 n, size;
	size_t		 unreadable;
};

/*
 * Find all that carry the markers and are neither zombies nor kernel threads,
 * in the order of their PIDs.  0, or -1 with errno as proctable_read, or EMFILE
 * or ENFILE.
 */
int	carriers_find(struct carriers *found,
	    const struct carrier_query *query);
void	carriers_free(struct carriers *found);

#endif
