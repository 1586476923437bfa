/*
 * strays.h - the processes outside of groups that are to end with them:
 * escapees (escapee.h), the rest of their sessions, those of a cgroup.
 *
 *  1. A group counts as gone only after a hunt that found nothing and missed
 *     nothing.  Where processes come and go too fast for that it is tried
 *     again, and many hunts in a row that found nothing will do.
 *  2. A session MUST NOT be followed once its number may be another's: who
 *     had it when the group was verified was its leader, or nobody was.
 *  3. What was found is watched, as one of its item, by the time it is told.
 *     Members are watched and not told: what is for the group reaches them.
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
						 * 0: nobody */
	int			closed;		/* see escapee.h */
	int			sessions;
	const struct cgroup	*cgroup;	/* or NULL; the item behind n */
};

struct strays {
	struct strays_options	 options;
	struct pgwatch		*watch;
	struct handle		*id;		/* n of them, for escapees */
	pid_t			*session;	/* of each, or 0 */
	uint64_t		*started;	/* its leader, or 0 */
	size_t			 n;
	struct escapee_memory	 memory;
	struct deadline		 next;		/* when a hunt is due */
	int			 pause;		/* ms, to the one after that */
	int			 nempty;		/* hunts in a row */
	int			 found;		/* by the last one */
	int			 failed;	/* the last one could not look */
	int			 unlisted;	/* the cgroup has more */
	/* Is this item of any interest?  Told of whoever is found. */
	int			(*wanted)(size_t item, void *arg);
	void			(*tell)(size_t item, pid_t pid, int ref,
				    void *arg);
	void			*arg;
};

/*
 * Fill in *p for the first n items of the watch, which are the groups of these
 * ids.  The caller sets wanted, tell and arg.  ENOMEM; with escapees also as
 * proctable_read.
 */
int	strays_open(struct strays *p, const struct strays_options *options,
	    struct pgwatch *watch, const struct handle *id, size_t n);
void	strays_close(struct strays *p);

/* Is there anything to be hunted at all? */
int	strays_active(const struct strays *p);

/*
 * Note the session of an item, once the watch has scanned.  As session_find.
 */
int	strays_note_session(struct strays *p, size_t item, pid_t *session);

/* Hunt.  Return how many were missed, as far as is known; -1 as
 * escapee_hunt. */
int	strays_scan(struct strays *p);

/* Hunt if it is time for that. */
void	strays_tick(struct strays *p);

/*
 * Hunt until it is settled that nothing is left but what was found (1), or it
 * cannot be told yet (0): then ask again soon.
 */
int	strays_settle(struct strays *p);

/* Has the last hunt seen somebody, found or not, or was it none at all? */
int	strays_doubts(const struct strays *p);

#endif
