/*
 * spawn_signals.h - the signals of a supervisor before its command starts, and
 * those of the command.
 */
#ifndef SPAWN_SIGNALS_H
#define SPAWN_SIGNALS_H

#include <signal.h>

/* The signals as they were before spawn_hold_signals. */
struct spawn_signals {
	sigset_t	mask;
	sigset_t	ignored;
};

/*
 * Block all signals, so that none is lost before supervise reads it, and set
 * CHLD to its default, so that the system does not reap children.
 */
void	spawn_hold_signals(struct spawn_signals *before);

/*
 * In the child: give it the signals of *before; or every default disposition
 * and an empty mask.  Safe between fork and exec.
 */
void	spawn_restore_signals(const struct spawn_signals *before);
void	spawn_reset_signals(void);

#endif
