/*
 * pgterm_report.h - the output of pgterm about its targets, and its exit
 * status.
 *
 *  1. Output MUST NOT block the shutdown.  Lines wait in a buffer until
 *     standard output takes them, and are written in pieces that a pipe takes
 *     whole.
 *  2. After a write error nothing more is written.
 */
#ifndef PGTERM_REPORT_H
#define PGTERM_REPORT_H

#include <poll.h>
#include <stddef.h>

#include "group/shutdown.h"
#include "pgterm_options.h"

struct report {
	const struct options	*o;
	char			*told;	/* per target: its line was made */
	char			*text;	/* n bytes that are not written yet */
	size_t			 n, size;
	int			 failed;	/* errno of a write */
};

/* 0, or -1 with ENOMEM. */
int	report_open(struct report *r, const struct options *o,
	    const struct shutdown *e);
void	report_close(struct report *r);

/* Add a line for each target that has ended since the last call. */
void	report_ends(struct report *r, const struct shutdown *e);

/* With -n: add a line for each target with the schedule it would get. */
void	report_plan(struct report *r, const struct shutdown *e);

/* Add a line for each target that was gone at the start. */
void	report_gone(struct report *r);

/*
 * report_poll fills in *pfd for standard output, if lines wait.  report_step
 * writes what the output takes without blocking.
 */
void	report_poll(const struct report *r, struct pollfd *pfd);
void	report_step(struct report *r);

/* Wait until all is written, a write fails, or sigfd becomes readable. */
void	report_finish(struct report *r, int sigfd);

/* Warn about each target that is left; return the exit status. */
int	report_status(const struct report *r, const struct shutdown *e);

#endif
