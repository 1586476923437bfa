/*
 * orphan.h - does anybody look after a process that carries the marker?
 *
 * An orphan is a process that somebody is going to kill.  So whatever cannot
 * be known about a relative that lives MUST make the process `supervised'.
 *
 *  1. Its parents are followed up as long as they carry the marker.  The
 *     first one that does not supervises it, unless that is a reaper (2).  A
 *     parent outside this PID namespace supervises, and so does one that may
 *     not be looked at, but process 1.
 *  2. A reaper is a parent by adoption.  No system tells of adoption, so it
 *     MUST be proved for the child C that is followed and its parent P:
 *     a. P was never in the session of C, which C did not make itself.  A
 *        process is born into a session and leaves it only to lead one, so P
 *        leads no session and is in another one than C.
 *     b. P is a pgspawn, which starts one command only, and C is not that
 *        one, which lives without the marker: what set the marker was another
 *        process below that command, and it is gone.
 *     c. P is systemd, as process 1 or its child, a user's service manager,
 *        and says in C's environment that it started a different process.
 *        A process 1 that may not be looked at is taken for it.
 *     For a pgspawn only b counts, for systemd only c.  Process 1 adopts as
 *     a matter of course: it MUST be proved by b or c that it did not, where
 *     silence in c is no proof.
 *  3. Failing that, the group decides, for a group is ended as one: a leader
 *     that lives, does not carry the marker, or does and is supervised,
 *     supervises its members.  So does whoever runs us in our own group.
 *  4. A process whose PGTRACK_RECORD is safe to read, belongs to us or to the
 *     process's user, is of this boot and names the process's group is
 *     `tracked'.  Where the group has lost its leader and with it its key,
 *     the number is enough, as the process names the record itself.
 *  5. A relative that dies meanwhile is no error: the parents are followed
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

/* A relative that was looked at: it may be that of many. */
struct orphan_seen {
	struct procinfo	info;		/* pid 0: nobody */
	int		marked;
};

/* What one thread works with; the buffers start zeroed. */
struct orphan {
	const struct marker	*marker;
	size_t			 nmarkers;	/* a carrier has them all */
	const struct proctable	*table;
	struct procenv		 env, child;
	struct orphan_seen	 seen[ORPHAN_SEEN];	/* by PID */
};

/*
 * The state of the process in *info, whose group has that handle and whose
 * environment names that record, NULL if none.  *info is read again if its
 * parent died meanwhile.  -1 with ESRCH: it is gone; with another errno, as EIO,
 * EMFILE, ENFILE or ENOMEM: it may have a record, which cannot be read.
 */
int	orphan_state(struct orphan *o, struct procinfo *info,
	    const struct handle *group, const char *record);

void	orphan_free(struct orphan *o);

#endif
