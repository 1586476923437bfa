/*
 * guard.h - the guard: a small process that ends a group when its supervisor,
 * the guard's parent, is killed.
 *
 *  1. When the parent (the process that calls guard_start) dies in any way,
 *     SIGKILL included, the guard MUST end the group.
 *  2. When the owner dies, the guard MUST send TERM to the parent, and the
 *     parent ends the group.  If the parent dies before that is done, rule 1
 *     holds.
 *  3. The command MUST NOT run without the guard: the guard starts first, and
 *     the command sends its handle to the guard before its exec.
 *  4. The guard MUST NOT keep a descriptor of the parent open, and MUST run in
 *     a session of its own.
 */
#ifndef GUARD_H
#define GUARD_H

#include <sys/types.h>

#include "group/shutdown.h"
#include "proc/handle.h"

struct guard_options {
	struct handle	watched;	/* the owner: a process, no group */
	struct shutdown_options end;	/* how to end the group */
};

struct guard {
	pid_t	pid;
	int	tell;		/* the command writes its handle here */
};

/*
 * Open a descriptor for the process that id names.  Return 0 with *ref (-1: the
 * system has none), or -1 with ESRCH: the process is gone; or as handle_open.
 */
int	guard_watch(const struct handle *id, int *ref);

/*
 * Start the guard.  Return 0, or -1 with ESRCH: the owner is gone; EAGAIN,
 * EMFILE, ENOMEM.
 */
int	guard_start(struct guard *g, const struct guard_options *o);

/* The group has ended, or is let go: have the guard exit, and reap it. */
void	guard_stop(struct guard *g);

#endif
