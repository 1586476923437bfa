/*
 * strays.h - strays: the processes outside of groups that are to end with
 * them.  A stray is an escapee (escapee.h), a process of a group's session, or
 * a process of a cgroup.
 *
 *  1. A group counts as gone only after a scan that found nothing and missed
 *     nothing.  Where processes come and go too fast for that the scan is
 *     repeated, and 50 scans in a row that found nothing are enough.
 *  2. A session MUST NOT be followed once its number may be another session's:
 *     its leader has to be the same as when the group was verified, or gone.
 *  3. A stray is watched, as a process of its item, before tell is called.  A
 *     member that a scan finds is watched, and tell is not called: the group's
 *     signals reach it.
 */
#ifndef STRAYS_H
#define STRAYS_H

#include <sys/types.h>
#include <stddef.h>
#include <stdint.h>

#include "group/cgroup.h"
#include "base/deadline.h"
#include "group/escapee.h"
#include "group/pgwatch.h"
#include "proc/handle.h"

struct strays_options {
	int			escapees;	/* by descent and lineage */
	pid_t			adopter, spared, monitor; /* see escapee.h;
						 * 0: none */
	int			closed;		/* escapee.h, rule 6 */
	int			sessions;
	const struct cgroup	*cgroup;	/* or NULL; the last item */
};

struct strays {
	struct strays_options	 options;
	struct pgwatch		*watch;
	struct handle		*id;		/* n of them, for escapees */
	pid_t			*session;	/* of each, or 0 */
	uint64_t		*started;	/* start of its leader; 0 */
	size_t			 n;
	struct escapee_memory	 memory;
	struct deadline		 next;		/* when a scan is due */
	int			 pause;		/* ms to the one after that */
	int			 nempty;	/* scans in a row: none found */
	int			 found;		/* strays, by the last scan */
	int			 failed;	/* the last scan: errno, or 0 */
	int			 unkept;	/* no memory for a stray */
	int			 unlisted;	/* the cgroup has a process that
						 * no scan lists */
	/* Are the strays of this item wanted? */
	int			(*wanted)(size_t item, void *arg);
	/* Called for each stray; ref belongs to the watch. */
	void			(*tell)(size_t item, pid_t pid, int ref,
				    void *arg);
	void			*arg;
};

/*
 * Initialize *p for the first n items of the watch, which are the groups id[n].
 * The caller then sets wanted, tell and arg.  Return 0, or -1 with ENOMEM; with
 * escapees also errno of proctable_read.  The caller closes *p in any case.
 */
int	strays_open(struct strays *p, const struct strays_options *options,
	    struct pgwatch *watch, const struct handle *id, size_t n);
void	strays_close(struct strays *p);

/* Do the options ask for any scan?  1 or 0. */
int	strays_active(const struct strays *p);

/*
 * Find the session of an item and keep it; the watch must have scanned.  Return
 * as session_find.
 */
int	strays_note_session(struct strays *p, size_t item, pid_t *session);

/* Scan.  Return how many processes were missed, or -1 as escapee_scan. */
int	strays_scan(struct strays *p);

/* Scan if a scan is due. */
void	strays_scan_if_due(struct strays *p);

/*
 * Scan until it is certain that all strays are found: 1.  0: it is not certain
 * yet; the caller asks again soon.
 */
int	strays_find_all(struct strays *p);

/* Did the last scan fail, or see a stray, even one that vanished?  1 or 0. */
int	strays_uncertain(const struct strays *p);

#endif
