/*
 * svcstate.h - the state files of services: a file per service in one
 * directory, with one line "STATE RESTARTS LAST".  LAST is the last exit
 * status, or `-' before the first one.
 *
 * A file is written in place (dirfile.h).  An empty file is just being
 * written; it MUST be read as the state SVCSTATE_WAITING.
 */
#ifndef SVCSTATE_H
#define SVCSTATE_H

#include <sys/types.h>

enum svcstate {
	SVCSTATE_NONE,		/* there is no state file */
	SVCSTATE_WAITING,	/* for other services */
	SVCSTATE_BLOCKED,	/* one that it waits for has failed */
	SVCSTATE_STARTING,	/* runs, but is not ready yet */
	SVCSTATE_RUNNING,	/* and ready */
	SVCSTATE_DELAYED,	/* until the back-off is over */
	SVCSTATE_STOPPING,	/* was asked to end, and runs */
	SVCSTATE_STOPPED,	/* was asked to end, and has ended */
	SVCSTATE_ENDED,		/* by itself */
	SVCSTATE_DONE,		/* by itself, with status 0 */
	SVCSTATE_FAILED		/* restarted too often */
};

struct svcstate_line {
	enum svcstate	state;
	unsigned	restarts;
	int		last;		/* exit status; -1: has not ended yet */
};

/*
 * May a service have that name: 1 to 200 of A-Z a-z 0-9 _ . - that do not begin
 * with a dot?  1 or 0.
 */
int		svcstate_may_have(const char *name);

/* The name of a state in the line. */
const char	*svcstate_name(enum svcstate s);

/* The state of that name; SVCSTATE_NONE if there is none. */
enum svcstate	svcstate_parse(const char *name);

/* Read the file of a service; SVCSTATE_NONE if there is none or it is bad. */
void	svcstate_read(int dir, const char *name, struct svcstate_line *line);

/* Write the file.  0, or -1 with EACCES, ENOSPC or as dirfile_write. */
int	svcstate_write(int dir, const char *name,
	    const struct svcstate_line *line);

#endif
