/*
 * pidcache.h - PIDs that need not be looked at again.
 *
 * They are remembered as long as the system's counter does not begin anew, so
 * that a PID that was given out again is not taken for what it was; and who
 * has not asked for that for two seconds may have missed it.  Where the
 * counter is not told all are forgotten every two seconds.
 */
#ifndef PIDCACHE_H
#define PIDCACHE_H

#include <sys/types.h>
#include <stddef.h>

struct pidcache {		/* zeroed at first */
	pid_t		*v;
	size_t		 n, size;
	size_t		 sorted;	/* so many from the start */
	long long	 asked;		/* the last refresh, or when all
					 * were forgotten */
	pid_t		 last;		/* the newest process by then */
};

/* Forget those that may have been given out again. */
void	pidcache_refresh(struct pidcache *m);

/* Forgetting one for want of memory costs another look, no more. */
void	pidcache_note(struct pidcache *m, pid_t pid);

/* Was it noted before the last refresh? */
int	pidcache_has(const struct pidcache *m, pid_t pid);
void	pidcache_free(struct pidcache *m);

#endif
