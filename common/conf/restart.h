/*
 * restart.h - decide whether and when a command that ended is started again.
 *
 * A policy is no, once, on-failure or always.  A comma and a number may follow:
 * how many restarts in a row are allowed (10 if not given).
 *   no          the command is never started again
 *   once        status 0 means it is done; it is never started again
 *   on-failure  status 0 means it is done; after another it is restarted
 *   always      it is restarted after any status
 * The delay before a restart is 1 s, then 2, 4, 8, 16 and 30 s.  A command that
 * ran for 10 s begins a new row.
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
	unsigned		limit;	/* restarts in a row, at most */
	unsigned		tries;	/* restarts in this row, 0 at first */
};

enum restart_verdict {
	RESTART_ENDED,		/* the policy does not restart it */
	RESTART_DONE,		/* it has done its work */
	RESTART_AGAIN,		/* restart it after a delay */
	RESTART_FAILED		/* there were too many restarts in a row */
};

/* Parse a policy.  0, or -1 with EINVAL. */
int	restart_parse(struct restart *r, const char *text);

/*
 * The command ended with this exit status after it ran for `ran' ms.  Return
 * the verdict; with RESTART_AGAIN, *delay becomes the ms to wait.
 */
enum restart_verdict	restart_decide(struct restart *r, int status,
		    long long ran, long long *delay);

#endif
