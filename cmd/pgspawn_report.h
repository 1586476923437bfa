/*
 * pgspawn_report.h - what pgspawn says, by diag.h and the line of -p.
 *
 *  1. While a command runs nothing that is said MUST hold us up: what a reader has
 *     no room for waits, and a message that finds no room there is lost.
 *  2. TERM MUST end us while we wait for a reader at any other time.
 *
 * There is one for the whole process.
 */
#ifndef PGSPAWN_REPORT_H
#define PGSPAWN_REPORT_H

#include <sys/types.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>

#define REPORT_POLLFDS	2

/*
 * Nothing runs yet.  Before a message or another write waits for a reader of fd the
 * mask is set to *mask, the caller's, so that a signal ends us.
 */
void	report_open(const sigset_t *mask);
void	report_wait(int fd);

/* From now on all of it may have to wait, in the loop that calls report_step. */
void	report_begin(void);

/* Say this on fd, which is then closed if it is above 2. */
void	report_handle(int fd, const char *line, size_t n);

/* As relay_poll and relay_step, for the loop: what waits for a reader. */
size_t	report_poll(struct pollfd *pfd);
void	report_step(void);

/*
 * The command is gone: wait until all is said, up to that many milliseconds, but
 * for no signal that asks to end.  Return 0, or that signal.
 */
int	report_finish(long long ms);

/* Did the line of report_handle get out? */
int	report_handle_failed(void);

#endif
