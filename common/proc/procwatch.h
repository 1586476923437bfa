/*
 * procwatch.h - processes that poll(2) waits for, any number at once.
 *
 * Deaths are events where the system has descriptors for processes; those it
 * gave none for (`blind') have to be looked at.  Who died is remembered for
 * a while, so that a zombie is looked at once and not in every pass over the
 * process table.
 */
#ifndef PROCWATCH_H
#define PROCWATCH_H

#include <sys/types.h>
#include <poll.h>
#include <stddef.h>
#include <stdint.h>

#include "proc/pidcache.h"

#define PROCWATCH_EXTRA	16	/* descriptors of the caller's own */

struct watched {
	pid_t	 pid;
	int	 ref;		/* ours to close, or -1: blind */
	int	 told;		/* by poll, that it is dead */
	/* The caller's notes. */
	int	 outside;
	pid_t	 session;	/* that it is one of, or 0 */
	int	 vouched;
	int	 due;		/* a signal that it gets later, or 0 */
	size_t	 owner;
	uint64_t start;
};

struct procwatch {
	struct watched	*v;		/* n of them, known to live */
	struct pollfd	*pfd;		/* room for PROCWATCH_EXTRA + n */
	size_t		 n, size, blind;
	size_t		 drops;		/* so many were taken out */
	struct pidcache dead;
};

/* Zero *w.  ENOMEM. */
int	procwatch_open(struct procwatch *w);
void	procwatch_close(struct procwatch *w);

/* The descriptor in p belongs to the watch from now on.  ENOMEM. */
int	procwatch_add(struct procwatch *w, const struct watched *p);

/* Take out the i'th; the last takes its place. */
void	procwatch_drop(struct procwatch *w, size_t i);

/* poll(2), with the caller's own n descriptors in front. */
int	procwatch_poll(struct procwatch *w, struct pollfd *extra, size_t n,
	    int timeout);

/*
 * Take out those of number from and up whose death poll told, or tells now if
 * ask is set; return how many.
 */
int	procwatch_bury(struct procwatch *w, size_t from, int ask);

/*
 * Is this process, as far as there is no descriptor that would tell, alive
 * and the one that was added?
 */
int	procwatch_same(const struct watched *p);

void	procwatch_note_dead(struct procwatch *w, pid_t pid);

/*
 * The PIDs that a pass over the process table need not look at, those known
 * to live and those remembered as dead: malloc'ed, sorted by
 * procwatch_compare.  NULL: ENOMEM.
 */
pid_t	*procwatch_known(struct procwatch *w, size_t *n);

/* For qsort(3) and bsearch(3) over things that start with a pid_t. */
int	procwatch_compare(const void *a, const void *b);

#endif
