/*
 * linebuf.h - what a command writes to one of its descriptors, cut into lines
 * for an output.
 *
 * A line without newline at the end of the stream gets one.  A line over 64
 * KiB goes out in pieces, of which the first has the label, with nothing
 * added between them.  Nothing else lands there either (output.h), unless
 * the command pauses within the line, or it is longer than 16 MiB.  What a
 * PTY has of a line goes out as a piece after 50 ms: it may be a prompt.
 * Nobody waits for the rest of that.
 */
#ifndef LINEBUF_H
#define LINEBUF_H

#include <stddef.h>

#include "base/deadline.h"
#include "io/label.h"
#include "io/output.h"

enum {
	LINEBUF_LINE = 64 * 1024 + 1	/* a line and its newline */
};

struct linebuf {
	int		 in, theirs;	/* the pipe's two ends; -1 closed */
	int		 pty;		/* in is a PTY's master */
	char		*buf;		/* LINEBUF_LINE bytes of the caller's */
	size_t		 pos, len;	/* what is in it and was not put */
	size_t		 seen;		/* from pos, without newline */
	size_t		 part;		/* of a longer line, what was put */
	long		 rest;		/* still to be read; -1 no limit */
	struct output	*out;		/* perhaps another stream's too */
	int		 plain;		/* bytes, not lines */
	struct deadline	 prompt;	/* a piece is one then; PTYs only */
	int		 stands;	/* then nothing more was to be read */
};

/*
 * Make a pipe, or read a PTY's master fd, if it is not -1, by a descriptor of
 * our own; it must not block.  0, or -1 with EMFILE or ENFILE; linebuf_close is
 * due in both cases.
 */
int	linebuf_open(struct linebuf *s, char *buf, struct output *out, int fd);
void	linebuf_close(struct linebuf *s);

/* Close the command's end of the pipe. */
void	linebuf_started(struct linebuf *s);

/*
 * The end is what the pipe holds now, whoever may still write to it; or where
 * a PTY has nothing more, 64 KiB at the latest.
 */
void	linebuf_finish(struct linebuf *s);

/*
 * Read once; *fresh is how much was appended to what buf has up to len.
 * Return 1 if there was anything, the end included, or 0.
 */
int	linebuf_read(struct linebuf *s, size_t *fresh);

/*
 * Put lines into the batch of the output, which must be free for s; throw
 * them away if the output was given up.  An empty batch then means that
 * nothing is left to put before more has been read.
 */
void	linebuf_put(struct linebuf *s, const struct label *label);

/* Lower the timeout for poll(2) to when a piece is due. */
void	linebuf_poll(const struct linebuf *s, int *timeout);

/* Is it at its end, and everything put? */
int	linebuf_done(const struct linebuf *s);

#endif
