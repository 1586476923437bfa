/*
 * svcstate.h - what services tell each other of their state, in a directory: a
 * file each, with one line "STATE RESTARTS LAST", LAST being the last exit
 * status, or - before there is one.
 *
 * A file is written in its place (dirfile.h).  One that is empty is just being
 * written, and MUST be read as of a service that is waited for.
 */
#ifndef SVCSTATE_H
#define SVCSTATE_H

#include <sys/types.h>

enum svcstate {
	SVCSTATE_NONE,		/* nothing was told of it */
	SVCSTATE_WAITING,	/* for others */
	SVCSTATE_BLOCKED,	/* the same, of which one has failed */
	SVCSTATE_STARTING,	/* not ready yet */
	SVCSTATE_RUNNING,
	SVCSTATE_DELAYED,	/* before the next try */
	SVCSTATE_STOPPING,	/* was asked to end */
	SVCSTATE_STOPPED,	/* and has ended */
	SVCSTATE_ENDED,		/* of itself */
	SVCSTATE_DONE,		/* and well */
	SVCSTATE_FAILED		/* too often */
};

struct svcstate_line {
	enum svcstate	state;
	unsigned	restarts;
	int		last;		/* -1: has not ended yet */
};

/*
 * May a service of that name have such a file: is it 1 to 200 of A-Z a-z 0-9 _ . -,
 * with no . or - in front?
 */
int		svcstate_may_have(const char *name);

/* Its name, as it stands in the line. */
const char	*svcstate_name(enum svcstate s);

/* And back; SVCSTATE_NONE: there is no such state. */
enum svcstate	svcstate_parse(const char *name);

/* Read what the service of that name tells; SVCSTATE_NONE: nothing. */
void	svcstate_read(int dir, const char *name, struct svcstate_line *line);

/* Tell it.  EACCES, ENOSPC ... */
int	svcstate_write(int dir, const char *name,
	    const struct svcstate_line *line);

#endif
