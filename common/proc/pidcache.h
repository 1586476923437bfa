/*
 * pidcache.h - PIDs that need no second look.
 *
 * The cache must not take a new process for an old one with the same PID.  So
 * it forgets all PIDs when the system's counter has begun anew, and after two
 * seconds without a refresh, in which that may have happened unseen.  Where the
 * system does not report the counter, it forgets all every two seconds.
 */
#ifndef PIDCACHE_H
#define PIDCACHE_H

#include <sys/types.h>

#include "base/pidset.h"

struct pidcache {		/* the caller zeroes it */
	struct pidset	 set;
	long long	 asked;		/* ms: the last refresh, or when all
					 * were forgotten */
	pid_t		 last;		/* the newest process at that time */
};

/* Forget the PIDs that the system may have reused. */
void	pidcache_refresh(struct pidcache *m);

/* Note pid.  Without memory it is forgotten, which costs another look. */
void	pidcache_note(struct pidcache *m, pid_t pid);

/* Is pid in the cache, and was it noted before the last refresh?  1 or 0. */
int	pidcache_has(const struct pidcache *m, pid_t pid);
void	pidcache_free(struct pidcache *m);

#endif
