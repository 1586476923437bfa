/*
 * restart.h - is a command that ended to be started again, and when?
 *
 * A policy is no, once, on-failure or always, perhaps with a comma and how many
 * tries in a row there are (10).  With once an end with status 0 is the aim; any
 * other end is final, too.  The delay before a try is 1 s, then 2, 4 ... 30; a
 * command that ran for 10 s begins a new row.
 */
#ifndef RESTART_H
#define RESTART_H

enum restart_policy {
	RESTART_NO,
	RESTART_ONCE,
	RESTART_ON_FAILURE,
	RESTART_ALWAYS
};

struct restart {
	enum restart_policy	policy;
	unsigned		limit;	/* of tries */
	unsigned		tries;	/* so far, 0 in the beginning */
};

enum restart_verdict {
	RESTART_ENDED,		/* it is not for us to start it again */
	RESTART_DONE,		/* nor is there a reason to */
	RESTART_AGAIN,
	RESTART_FAILED		/* too many tries */
};

/* Parse a policy.  EINVAL. */
int	restart_parse(struct restart *r, const char *text);

/*
 * It ended with an exit status after so many milliseconds.  With RESTART_AGAIN,
 * *delay is how many to wait.
 */
enum restart_verdict	restart_judge(struct restart *r, int status,
		    long long ran, long long *delay);

#endif
