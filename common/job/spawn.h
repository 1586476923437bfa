/*
 * spawn.h - start a command as the leader of its own group, in a session that
 * the command leads or, on a PTY, a monitor (monitor.h).
 *
 *  1. The command MUST have every signal's default disposition and an empty
 *     mask, unless it is to inherit them, and only those descriptors above 2
 *     that the options name.
 *  2. A failure before or at exec MUST be reported exactly, by stage and
 *     errno, over a close-on-exec pipe.
 *  3. The child MUST know its own handle before the exec: its lineage ends
 *     with it.
 *  4. If the handle is sent to a guard or to early_fd, a child whose parent
 *     has died before MUST NOT execute the command.
 */
#ifndef SPAWN_H
#define SPAWN_H

#include <sys/types.h>
#include <stddef.h>

#include "job/childenv.h"
#include "job/monitor.h"
#include "job/spawn_signals.h"
#include "proc/handle.h"

enum spawn_stage {
	SPAWN_FORK,		/* no process, or no resources for it */
	SPAWN_PTY,		/* no PTY is available */
	SPAWN_NOTIFY,		/* no place for the socket */
	SPAWN_ATTACH,		/* no socket for other terminals */
	SPAWN_LOG,		/* the directory of the log is not usable */
	SPAWN_SESSION,
	SPAWN_CGROUP,		/* it cannot enter, or there is none */
	SPAWN_DIRECTORY,
	SPAWN_TERMINAL,		/* the PTY did not become its terminal */
	SPAWN_DESCRIPTORS,
	SPAWN_IDENTITY,		/* its handle was not made or not sent */
	SPAWN_EXEC
};

struct spawn_failure {
	enum spawn_stage stage;
	int		 error;		/* errno */
	int		 found;		/* ENOENT is about the interpreter */
};

/* Note the stage that failed, and errno.  Return -1. */
int	spawn_fail(struct spawn_failure *f, enum spawn_stage stage);

#define SPAWN_EARLY	128

struct spawn_options {
	char		**argv;
	const char	*directory;	/* or NULL */
	struct childenv	*env;
	const int	*keep;		/* nkeep descriptors to pass on */
	size_t		 nkeep;
	int		 fd[3];		/* to become 0 to 2; -1: the caller's */
	const struct spawn_signals *inherit;	/* or NULL: all default, none
						 * blocked */
	struct monitor	*monitor;	/* to fill in: of the PTY's session.
					 * The caller dismisses it unless
					 * spawn_start fails.  NULL: the
					 * command leads the session */
	struct monitor_options session;	/* for the monitor */
	int		 cgroup;	/* to enter by writing 0, or -1 */
	int		 notify;	/* to become notify_as, or -1 */
	int		 notify_as;
	int		 chain;		/* to pass on (chain.h), or -1 */
	int		 tell;		/* the guard's: it gets the struct
					 * handle before the exec; or -1 */
	const char	*early;		/* NULL, or the text that early_fd
					 * gets behind the handle before the
					 * exec, up to SPAWN_EARLY bytes */
	int		 early_fd;
};

/*
 * Start the command.  The caller has blocked all signals and made every
 * descriptor above 2 close-on-exec.  *id is the command's handle; *ref is its
 * descriptor, which the caller closes, or -1.  Return the command's PID, or -1
 * with *failure: no process is left then.
 */
pid_t	spawn_start(const struct spawn_options *o, struct handle *id, int *ref,
	    struct spawn_failure *failure);

/*
 * Call setsid(2) and execute the command in this process.  Return only on
 * failure; after SPAWN_SESSION nothing has changed.  ready, if not NULL, is
 * called shortly before the exec, while descriptors and signals are unchanged.
 * After a failure standard error is restored.
 */
void	spawn_here(const struct spawn_options *o,
	    void (*ready)(const struct handle *, void *), void *arg,
	    struct spawn_failure *failure);

#endif
