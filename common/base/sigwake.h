/*
 * sigwake.h - a self-pipe: signals become bytes that poll(2) can wait for.
 *
 * A process has one sigwake.  Opening it again returns the same descriptor;
 * signals that wait in it stay there.  The handler writes to a non-blocking
 * pipe, which holds 65,536 signals on Linux.
 */
#ifndef SIGWAKE_H
#define SIGWAKE_H

#include <sys/types.h>
#include <signal.h>

/*
 * Catch the signals of *set and unblock them.  Return the descriptor to poll
 * for reading, or -1 with EMFILE or ENFILE.
 */
int	sigwake_open(const sigset_t *set);

/* As sigwake_open, for HUP, INT, QUIT and TERM. */
int	sigwake_open_ending(void);

/*
 * As sigwake_open, for every signal that can be caught, except two kinds.  The
 * signals of a fault in the program itself (SEGV ...) are left alone.  Those
 * in *but, which the caller ignores already, are only unblocked.
 */
int	sigwake_open_all(const sigset_t *but);

/* Was the sigwake opened, so that signals may have its handler?  1 or 0. */
int	sigwake_is_open(void);

/* Return the next signal that arrived, or 0 if none waits. */
int	sigwake_read(int fd);

/* Has a CONT arrived that sigwake_read has not returned yet?  1 or 0. */
int	sigwake_continued(void);

/*
 * Call this only after sigwake_open_all.  Where the system reports blocked
 * signals (signalfd), sigwake_open_all leaves TSTP blocked: it stays pending
 * until sigwake_stop.  Then return the descriptor to poll for it.  Elsewhere
 * return -1: sigwake_read returns TSTP like any other signal.
 */
int	sigwake_open_stop(void);

/* Is a TSTP pending?  1 or 0.  A CONT that arrives later discards it. */
int	sigwake_stop_waits(void);

/*
 * Stop as sig (TSTP, TTIN or TTOU) does: target, as in kill(2), is the caller's
 * PID or 0 for its process group.  A CONT that waits in the sigwake, or that
 * arrives meanwhile, prevents the stop and still waits to be read.  In an
 * orphaned process group the call does nothing.
 */
void	sigwake_stop(int sig, pid_t target);

#endif
