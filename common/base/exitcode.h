/*
 * exitcode.h - exit statuses of a command that runs another, as env(1),
 * nohup(1) and timeout(1) have them.
 */
#ifndef EXITCODE_H
#define EXITCODE_H

enum {
	EXITCODE_NOTREADY = 124,	/* not ready in time */
	EXITCODE_OWN = 125,		/* our own failure, or usage */
	EXITCODE_NOEXEC = 126,		/* found, but cannot be executed */
	EXITCODE_NOTFOUND = 127,
	EXITCODE_UNREAD = 141		/* the reader of the output went away */
};

/*
 * The exit status that tells of a dead child, from waitid(2)'s si_code and
 * si_status: its own, or 128+n if signal n killed it.
 */
int	exitcode_of(int code, int status);

#endif
