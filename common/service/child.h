/*
 * child.h - a command as a plain child: in our session, group and directory, with
 * the signals that we were given.
 */
#ifndef CHILD_H
#define CHILD_H

#include <sys/types.h>
#include <signal.h>

/* How the signals of a set were before child_hold_signals. */
struct child_signals {
	sigset_t	set, ignored, mask;
};

struct child {
	char	**argv;
	char	*entry;		/* NAME=VALUE for its environment, or NULL */
	int	 fd, as;	/* a descriptor for it, and its number there; or -1 */
	const struct child_signals *signals;
};

/*
 * Block every signal that a process of ours may get but those that stop it, and
 * note which of set are ignored.  Who handles those unblocks them (sigwake.h).
 */
void	child_hold_signals(struct child_signals *s, const sigset_t *set);

/*
 * Start it; signals of the set ignored before are ignored again, the mask is as
 * it was.  Its PID, or -1 with errno, and found: the file of ENOENT is there, but
 * not its interpreter.
 */
pid_t	child_start(const struct child *c, int *found);

#endif
