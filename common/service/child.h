/*
 * child.h - start a command as a plain child: it stays in the session, group
 * and directory of this process and gets the signal settings that this process
 * had at its start.
 */
#ifndef CHILD_H
#define CHILD_H

#include <sys/types.h>
#include <signal.h>

/* How the signals of a set were before child_hold_signals. */
struct child_signals {
	sigset_t	set;		/* the caller handles these */
	sigset_t	ignored;	/* of them, at the start */
	sigset_t	mask;		/* at the start */
};

struct child {
	char	**argv;
	char	*entry;		/* NAME=VALUE for its environment, or NULL */
	int	 fd, as;	/* fd becomes the child's as; or -1 */
	const struct child_signals *signals;
};

/*
 * Block every signal but those of faults (SEGV ...) and of stopping (TSTP,
 * TTIN, TTOU), and note in *s the mask and which signals of set are ignored.
 * sigwake_open unblocks the signals that the caller handles.
 */
void	child_hold_signals(struct child_signals *s, const sigset_t *set);

/*
 * Start the command with the mask of c->signals; it ignores the signals that
 * were ignored before.  Return its PID once its exec has worked; the caller
 * reaps it.  -1 with errno of pipe(2), fork(2), malloc(3), dup2(2) or
 * execvp(3): there is no child.  *found is set if errno is ENOENT for the
 * interpreter of the file.
 */
pid_t	child_start(const struct child *c, int *found);

#endif
