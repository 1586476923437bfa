/*
 * sigwake.h - signals become bytes that poll(2) waits for.
 *
 * One process has one sigwake.  The handlers write to a pipe that does not
 * block; 64 KiB of signals can wait in it.
 */
#ifndef SIGWAKE_H
#define SIGWAKE_H

#include <signal.h>

/*
 * Catch the signals of *set and unblock them.  Return the descriptor to poll
 * for reading.  EMFILE, ENFILE.
 */
int	sigwake_open(const sigset_t *set);

/*
 * The same for every signal that can be caught and is not the mark of a fault
 * of our own, but that one (0: none).
 */
int	sigwake_open_all(int but);

/* The next signal that came, or 0. */
int	sigwake_read(int fd);

/* Is a CONT among those that wait to be read? */
int	sigwake_continued(void);

/* Stop as TSTP, TTIN or TTOU does, unless a CONT comes: it waits to be read. */
void	sigwake_stop(int sig);

#endif
