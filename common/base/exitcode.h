/*
 * exitcode.h - exit statuses of a command that runs another, the same as those
 * of env(1), nohup(1) and timeout(1).
 */
#ifndef EXITCODE_H
#define EXITCODE_H

enum {
	EXITCODE_NOTREADY = 124,	/* the command was not ready in time */
	EXITCODE_OWN = 125,		/* wrong usage, or a failure here */
	EXITCODE_NOEXEC = 126,		/* found, but cannot be executed */
	EXITCODE_NOTFOUND = 127,	/* there is no such command */
	EXITCODE_UNREAD = 141		/* the reader of the output has gone */
};

/*
 * Return the exit status for a dead child, from si_code and si_status of
 * waitid(2): the child's own, or 128+n if signal n killed it.
 */
int	exitcode_of(int code, int status);

#endif
