/*
 * sigwake.h - signals become bytes that poll(2) waits for.
 *
 * One process has one sigwake: to open it again gives the same descriptors, and
 * what waits there.  The handlers write to a pipe that does not block; 64 KiB of
 * signals can wait in it.
 */
#ifndef SIGWAKE_H
#define SIGWAKE_H

#include <sys/types.h>
#include <signal.h>

/*
 * Catch the signals of *set and unblock them.  Return the descriptor to poll
 * for reading.  EMFILE, ENFILE.
 */
int	sigwake_open(const sigset_t *set);

/*
 * The same for every signal that can be caught and is not the mark of a fault
 * of our own, but those of *but: they are ignored already, and unblocked.
 */
int	sigwake_open_all(const sigset_t *but);

/* Was it ever opened, so that signals may have our handler? */
int	sigwake_is_open(void);

/* The next signal that came, or 0. */
int	sigwake_read(int fd);

/* Is a CONT among those that wait to be read? */
int	sigwake_continued(void);

/*
 * Where the system can tell of a signal that is blocked, TSTP is, and is not
 * read but waits for sigwake_stop: what to poll for that; else -1, and it is
 * read as others are.  Only after sigwake_open_all.
 */
int	sigwake_open_stop(void);

/* Does a TSTP wait?  A CONT that came after it has discarded it. */
int	sigwake_stop_waits(void);

/*
 * Stop as TSTP, TTIN or TTOU does, unless a CONT comes: it waits to be read.  In
 * an orphaned process group that does nothing.  who, as of kill(2), is
 * ourselves or (0) our process group.
 */
void	sigwake_stop(int sig, pid_t who);

#endif
