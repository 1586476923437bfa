/*
 * eventline.h - lines to a descriptor that somebody else may leave full.
 *
 *  1. To write MUST NOT block for long: a pipe is opened again for us alone, where
 *     that can be done, so that it may be non-blocking and nobody else's is; where
 *     it cannot, and it is not a file, it is polled first.
 *  2. A line is written whole or not at all.
 */
#ifndef EVENTLINE_H
#define EVENTLINE_H

#include <stddef.h>

struct eventline {
	int	fd;		/* -1: none */
	int	polls;		/* before it is written */
};

/* The descriptor is ours from now on, and is not passed on to a child. */
void	eventline_open(struct eventline *e, int fd);

/* At most PIPE_BUF bytes.  1; 0: it is full; -1: nobody reads it any more. */
int	eventline_write(const struct eventline *e, const char *line, size_t n);

#endif
