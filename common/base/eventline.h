/*
 * eventline.h - write lines to a descriptor whose reader may be slow.
 *
 *  1. A write MUST NOT block for long.  A pipe is opened anew where the system
 *     can do that: the new description is non-blocking, the one that other
 *     processes share stays as it is.  Elsewhere, and for other objects that
 *     may block, poll(2) asks for room before each write.
 *  2. A line is written whole or not at all.
 */
#ifndef EVENTLINE_H
#define EVENTLINE_H

#include <stddef.h>

struct eventline {
	int	fd;		/* -1: none */
	int	polls;		/* poll(2) before each write */
};

/*
 * Take over fd, or -1 for none, and make it close-on-exec.  Descriptors 0 to 2
 * stay open and inheritable.
 */
void	eventline_open(struct eventline *e, int fd);

/*
 * Write n bytes, PIPE_BUF at most.  Return 1; 0 if there is no room now; or -1
 * with the errno of write(2): EPIPE if there is no reader.
 */
int	eventline_write(const struct eventline *e, const char *line, size_t n);

#endif
