/*
 * pgterm_report.h - what pgterm says of its targets, and the status they make.
 *
 *  1. What is said MUST NOT hold up the ending: it is kept until the output
 *     takes it, and written in pieces that are taken whole.
 *  2. An output that fails is not tried again.
 */
#ifndef PGTERM_REPORT_H
#define PGTERM_REPORT_H

#include <poll.h>
#include <stddef.h>

#include "group/shutdown.h"
#include "pgterm_options.h"

struct report {
	const struct options	*o;
	char			*told;	/* of which target */
	char			*text;	/* not written yet */
	size_t			 n, size;
	int			 failed;	/* errno of it */
};

/* ENOMEM. */
int	report_open(struct report *r, const struct options *o,
	    const struct shutdown *e);
void	report_close(struct report *r);

/* A line for each target that has come to its end and was not told of. */
void	report_ends(struct report *r, const struct shutdown *e);

/* What would be done to each target. */
void	report_plan(struct report *r, const struct shutdown *e);

/* A line for what is gone before it could be looked at. */
void	report_lost(struct report *r);

/* Fill in what to poll for; write what the output takes after that. */
void	report_poll(const struct report *r, struct pollfd *pfd);
void	report_step(struct report *r);

/* Wait until all is written, failed, or sigfd tells of a signal. */
void	report_finish(struct report *r, int sigfd);

/* Say on stderr what is left; return the status of the worst. */
int	report_status(const struct report *r, const struct shutdown *e);

#endif
