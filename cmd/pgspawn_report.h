/*
 * pgspawn_report.h - the messages of pgspawn (diag.h) and the line of -p.
 *
 *  1. While a command runs, no message MUST block pgspawn.  A message waits in
 *     a buffer until its reader has room.  A message that does not fit there
 *     is lost.
 *  2. At any other time pgspawn may wait for a reader, and TERM MUST end it
 *     then.
 *
 * The state is one for the whole process.
 */
#ifndef PGSPAWN_REPORT_H
#define PGSPAWN_REPORT_H

#include <sys/types.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>

#define REPORT_POLLFDS	2

/*
 * Before a command runs: a message waits for its reader.  If it has to wait,
 * the signal mask is set to *mask first, so that a signal ends pgspawn.
 * report_wait does the same before another write to fd.
 */
void	report_open(const sigset_t *mask);
void	report_wait(int fd);

/* A command runs: from now on messages wait in the buffer for report_step. */
void	report_begin(void);

/* Write the line to fd by report_step; close fd after it if fd is above 2. */
void	report_handle(int fd, const char *line, size_t n);

/*
 * report_poll fills in pfd, REPORT_POLLFDS at most, for the buffers that wait,
 * and returns their number.  report_step writes what the readers take.
 */
size_t	report_poll(struct pollfd *pfd);
void	report_step(void);

/*
 * The command has ended: wait up to ms milliseconds until all is written.
 * Return 0, or the HUP, INT, QUIT or TERM that came meanwhile.
 */
int	report_finish(long long ms);

/* Was the line of report_handle not written? */
int	report_handle_failed(void);

#endif
