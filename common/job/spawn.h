/*
 * spawn.h - start a command as the leader of its own group, in a session that it
 * leads as well or, on a terminal, a monitor does.
 *
 *  1. The command MUST have every signal's default disposition and an empty
 *     mask, unless it is to inherit them, and no descriptor above 2 but those
 *     named.
 *  2. A failure before or at exec MUST come back exactly: the stage and the
 *     errno, over a close-on-exec pipe.
 *  3. The child MUST know its own handle before the exec: it is the last of
 *     its lineage.
 *  4. Where somebody is told the handle, a child whose parent has died before
 *     that MUST NOT become the command.
 */
#ifndef SPAWN_H
#define SPAWN_H

#include <sys/types.h>
#include <signal.h>
#include <stddef.h>

#include "job/childenv.h"
#include "job/monitor.h"
#include "proc/handle.h"

enum spawn_stage {
	SPAWN_FORK,		/* no process, or nothing to prepare it with */
	SPAWN_PTY,		/* none is to be had */
	SPAWN_NOTIFY,		/* there is no place for its socket */
	SPAWN_SESSION,
	SPAWN_CGROUP,		/* it was not let in, or there is none */
	SPAWN_DIRECTORY,
	SPAWN_TERMINAL,		/* its PTY did not become its terminal */
	SPAWN_DESCRIPTORS,
	SPAWN_IDENTITY,		/* its own handle could not be made, or told */
	SPAWN_EXEC
};

struct spawn_failure {
	enum spawn_stage stage;
	int		 error;		/* errno */
	int		 found;		/* the file is there, though ENOENT */
};

#define SPAWN_EARLY	128

/* How signals were before spawn_hold_signals. */
struct spawn_signals {
	sigset_t	mask;
	sigset_t	ignored;
};

struct spawn_options {
	char		**argv;
	const char	*directory;	/* or NULL */
	struct childenv	*env;
	const int	*keep;		/* nkeep descriptors to pass on */
	size_t		 nkeep;
	int		 fd[3];		/* to become 0 to 2, or -1: as ours */
	const struct spawn_signals *inherit;	/* give it these; NULL: all
						 * default, none blocked */
	struct monitor	*monitor;	/* of the terminal that it gets: monitor.h;
					 * to be dismissed, but after a failure;
					 * NULL: it leads its own session */
	struct monitor_options session;
	int		 cgroup;	/* to enter by writing 0, or -1 */
	int		 notify;	/* to become descriptor notify_as; -1 */
	int		 notify_as;
	int		 chain;		/* to pass on, see chain.h; -1 */
	int		 tell;		/* gets its struct handle before the
					 * exec; -1: nobody does */
	const char	*early;		/* NULL, or early_fd gets its handle
					 * before the exec, and this behind
					 * it, up to SPAWN_EARLY bytes */
	int		 early_fd;
};

/*
 * Block all signals, so that none is lost before somebody can act on it, and
 * do not let the system reap our children.
 */
void	spawn_hold_signals(struct spawn_signals *before);

/*
 * Start it.  All signals should be blocked, and every descriptor above 2 be
 * close-on-exec.  *id is its handle; *ref is bound to it, to be closed, or -1.
 * Return its PID, or -1 with *failure filled in; nothing is left then.
 */
pid_t	spawn_start(const struct spawn_options *o, struct handle *id, int *ref,
	    struct spawn_failure *failure);

/*
 * Become the command: setsid and exec, here.  Returns only on failure; with
 * SPAWN_SESSION nothing has changed yet.  ready, if not NULL, is called
 * shortly before the exec, while descriptors and signals are still ours;
 * standard error is ours again after a failure.
 */
void	spawn_here(const struct spawn_options *o,
	    void (*ready)(const struct handle *, void *), void *arg,
	    struct spawn_failure *failure);

#endif
