/*
 * orphan.h - is a carrier (a process with the markers) supervised by a process
 * that lives?
 *
 * The user is going to kill the orphans.  So if anything about a living
 * relative is not known, the process MUST count as `supervised'.
 *
 *  1. The parents are followed up as long as they are carriers.  The first
 *     parent that is not a carrier supervises the process, unless it is a
 *     reaper (2).  A parent outside this PID namespace supervises.  So does a
 *     parent that we may not look at, except process 1.
 *  2. A reaper is a parent by adoption.  No system tells of adoption, so it
 *     MUST be proved for the child C and its parent P:
 *     a. P was never in the session of C, and C did not make that session.  A
 *        process is born into a session and leaves it only to lead another.
 *        So P leads no session and is in another session than C.
 *     b. P is pgspawn, which starts one command only.  That command lives, is
 *        not a carrier and is not C: another process below it has set the
 *        marker, and that process is gone.
 *     c. P is systemd (process 1, or its child, the service manager of a
 *        user), and the environment of C says that systemd started a different
 *        process.  A process 1 that we may not look at is taken for systemd.
 *        For pgspawn only b counts, for systemd only c.  Process 1 is taken
 *        for a reaper unless b or c proves that it is the real parent; for c
 *        the variable must be there.
 *  3. If no parent supervises, the group decides, as a group is ended as a
 *     whole.  A living leader supervises its members if it is not a carrier,
 *     or is a supervised one.  Our own group counts as supervised.
 *  4. A process is `tracked' if its PGTRACK_RECORD is safe to read, belongs to
 *     our user or to the user of the process, is of this boot and names the
 *     group of the process.  If the group has lost its leader and with it its
 *     key, the number suffices, as the process itself names the record.
 *  5. A relative that dies meanwhile is not an error: the parents are followed
 *     again from the process up.
 */
#ifndef ORPHAN_H
#define ORPHAN_H

#include <stddef.h>

#include "proc/marker.h"
#include "proc/handle.h"
#include "sys/procinfo.h"
#include "proc/proctable.h"

#define ORPHAN_RECORD_ENV	"PGTRACK_RECORD"

enum orphan_state { ORPHAN_SUPERVISED, ORPHAN_TRACKED, ORPHAN_ALONE };

#define ORPHAN_SEEN	64

/* A relative that was looked at, kept as many processes may share it. */
struct orphan_seen {
	struct procinfo	info;		/* pid 0: empty */
	int		marked;		/* it is a carrier */
};

/* What one thread works with; the buffers start zeroed. */
struct orphan {
	const struct marker	*marker;
	size_t			 nmarkers;	/* a carrier has all */
	const struct proctable	*table;
	struct procenv		 env, child;
	struct orphan_seen	 seen[ORPHAN_SEEN];	/* by PID */
};

/*
 * The state of the process in *info.  group is the handle of its group, record
 * the value of its PGTRACK_RECORD, or NULL.  *info is read again if the parent
 * died meanwhile.  -1 with ESRCH: the process is gone; with EIO, EMFILE,
 * ENFILE or ENOMEM: its record cannot be read.
 */
int	orphan_state(struct orphan *o, struct procinfo *info,
	    const struct handle *group, const char *record);

void	orphan_free(struct orphan *o);

#endif
