/*
 * schedule.h - the signals that end a group, and how long to wait after each,
 * in the grammar SIG[/SECS[/SIG/SECS]...], e.g. TERM/5/KILL/2.
 */
#ifndef SCHEDULE_H
#define SCHEDULE_H

#include <stddef.h>

#define SCHEDULE_MAX	32
#define SCHEDULE_NOWAIT	(-2LL)	/* do not wait after the last signal */
#define SCHEDULE_TEXT	96	/* bytes that hold two steps and a NUL */

struct schedule_step {
	int		sig;	/* 0: send nothing, only wait */
	long long	ms;	/* or PARSE_FOREVER, SCHEDULE_NOWAIT */
};

struct schedule {
	struct schedule_step	step[SCHEDULE_MAX];
	size_t			n;
};

/*
 * Set *s to: send sig, wait for grace ms, send KILL, wait for 2 s.  If grace is
 * 0 or sig is KILL, KILL is the only step.
 */
void	schedule_default(struct schedule *s, int sig, long long grace);

/* Write the first two steps into buf, as for schedule_parse; return buf. */
char	*schedule_text(const struct schedule *s, char buf[SCHEDULE_TEXT]);

/*
 * Parse text.  0, or -1 with EINVAL: it is not of this grammar, or has more
 * than SCHEDULE_MAX steps.
 */
int	schedule_parse(struct schedule *s, const char *text);

/* What a message says of a text that is no schedule. */
#define SCHEDULE_HINT	"not a schedule SIGNAL[/SECS[/SIGNAL/SECS]...], " \
			"such as TERM/5/KILL"

#endif
