/*
 * procwatch.h - wait for the death of any number of processes by poll(2).
 *
 * Where the system has descriptors for processes, a death is an event.  A
 * process without such a descriptor is `blind': the caller has to look at it.
 * The watch remembers dead processes for a while, so that a zombie is looked
 * at once and not in every pass over the process table.
 */
#ifndef PROCWATCH_H
#define PROCWATCH_H

#include <sys/types.h>
#include <poll.h>
#include <stddef.h>
#include <stdint.h>

#include "proc/pidcache.h"

#define PROCWATCH_EXTRA	32	/* descriptors of the caller's own */

struct watched {
	pid_t	 pid;
	int	 ref;		/* the watch closes it; -1: blind */
	int	 dead;		/* poll(2) reported its death */
	/* The members below are for the caller. */
	int	 outside;
	pid_t	 session;	/* whose member it is, or 0 */
	int	 verified;
	int	 deferred;		/* a signal to be sent later, or 0 */
	size_t	 owner;
	uint64_t start;
};

struct procwatch {
	struct watched	*v;		/* n of size, not known to be dead */
	struct pollfd	*pfd;		/* room for PROCWATCH_EXTRA + size */
	size_t		 n, size, blind;
	size_t		 removals;		/* how many were removed */
	struct pidcache dead;		/* remembered as dead */
};

/* Set up an empty watch.  0, or -1 with ENOMEM. */
int	procwatch_open(struct procwatch *w);
void	procwatch_close(struct procwatch *w);

/*
 * Add a copy of *p.  After 0 the watch owns p->ref; -1 with ENOMEM: it is still
 * the caller's.
 */
int	procwatch_add(struct procwatch *w, const struct watched *p);

/* Remove w->v[i] and close its descriptor; the last one takes its place. */
void	procwatch_remove(struct procwatch *w, size_t i);

/*
 * poll(2) for the processes and for the caller's n descriptors in extra,
 * PROCWATCH_EXTRA at most.  timeout, return value and errno are poll(2)'s.
 */
int	procwatch_poll(struct procwatch *w, struct pollfd *extra, size_t n,
	    int timeout);

/*
 * Remove the processes from w->v[from] on whose death poll(2) has reported;
 * if ask is set, poll(2) them first.  Return how many were removed.
 */
int	procwatch_remove_dead(struct procwatch *w, size_t from, int ask);

/*
 * Is the process alive, and the same that was added?  1 or 0.  Only a blind one
 * is looked at; for others poll(2) reports the death, and this returns 1.
 */
int	procwatch_same(const struct watched *p);

/* Remember pid as dead. */
void	procwatch_note_dead(struct procwatch *w, pid_t pid);

/*
 * Return the n PIDs that a pass over the process table need not look at: the
 * watched processes and those remembered as dead.  The array is malloc'ed and
 * sorted by procwatch_compare.  NULL with ENOMEM.
 */
pid_t	*procwatch_known(struct procwatch *w, size_t *n);

/* For qsort(3) and bsearch(3) over things that start with a pid_t. */
int	procwatch_compare(const void *a, const void *b);

#endif
