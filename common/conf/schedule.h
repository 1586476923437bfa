/*
 * schedule.h - what is sent to a group, and how long each step waits, in the
 * grammar SIG[/SECS[/SIG/SECS]...], e.g. TERM/5/KILL/2.
 */
#ifndef SCHEDULE_H
#define SCHEDULE_H

#include <stddef.h>

#define SCHEDULE_MAX	32
#define SCHEDULE_NOWAIT	(-2LL)	/* the last signal is not waited for */
#define SCHEDULE_TEXT	96	/* bytes that hold one of two steps */

struct schedule_step {
	int		sig;	/* 0: none is sent, only waited */
	long long	ms;	/* PARSE_FOREVER, SCHEDULE_NOWAIT */
};

struct schedule {
	struct schedule_step	step[SCHEDULE_MAX];
	size_t			n;
};

/* sig, then KILL if the grace period of grace ms has not been enough. */
void	schedule_default(struct schedule *s, int sig, long long grace);

/* Write one of at most two steps into buf, as schedule_parse reads it; return buf. */
char	*schedule_text(const struct schedule *s, char buf[SCHEDULE_TEXT]);

/* EINVAL: not of that grammar, or too long; ERANGE: too many seconds. */
int	schedule_parse(struct schedule *s, const char *text);

#endif
