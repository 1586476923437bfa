/*
 * guard.h - a small process that ends a group when its keeper is killed.
 *
 *  1. When the keeper (the process that starts the guard) dies in any way,
 *     SIGKILL included, the guard MUST end the group.
 *  2. When the process to watch dies, the guard MUST send TERM to the keeper,
 *     who ends the group; if the keeper dies over it, rule 1 holds.
 *  3. There MUST be no moment at which the command runs unguarded: the guard
 *     is there before it, and the command tells its handle before its exec.
 *  4. The guard MUST NOT hold a descriptor of the keeper's, and lives in a
 *     session of its own.
 */
#ifndef GUARD_H
#define GUARD_H

#include <sys/types.h>

#include "group/shutdown.h"
#include "proc/handle.h"

struct guard_options {
	struct handle	watched;	/* a process, not a group */
	struct shutdown_options end;	/* of the group */
};

struct guard {
	pid_t	pid;
	int	tell;		/* the command writes its procid to it */
};

/*
 * Open a descriptor (or -1) for the process that id names.  ESRCH: it is
 * gone.
 */
int	guard_watch(const struct handle *id, int *ref);

/* Start it.  ESRCH: nothing to watch; EAGAIN, EMFILE, ENOMEM. */
int	guard_start(struct guard *g, const struct guard_options *o);

/* The group is dealt with: have the guard go, and reap it. */
void	guard_dismiss(struct guard *g);

#endif
