/*
 * stream.h - what a command writes to one of its descriptors, cut into lines
 * for an output.
 *
 * A line without newline at the end of the stream gets one.  A line over 64
 * KiB goes out in pieces, of which the first has the label, with nothing
 * added between them.  Nothing else lands there either (output.h), unless
 * the command pauses within the line, or it is longer than 16 MiB.  What a
 * PTY has of a line goes out as a piece after 50 ms: it may be a prompt.
 * Nobody waits for the rest of that.
 */
#ifndef STREAM_H
#define STREAM_H

#include <stddef.h>

#include "deadline.h"
#include "label.h"
#include "output.h"

enum {
	STREAM_LINE = 64 * 1024 + 1	/* a line and its newline */
};

struct stream {
	int		 in, theirs;	/* the pipe's two ends; -1 closed */
	int		 pty;		/* in is a PTY's master */
	char		*buf;		/* STREAM_LINE bytes of the caller's */
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
 * our own; it must not block.  0, or -1 with EMFILE or ENFILE; stream_close is
 * due in both cases.
 */
int	stream_open(struct stream *s, char *buf, struct output *out, int fd);
void	stream_close(struct stream *s);

/* Close the command's end of the pipe. */
void	stream_started(struct stream *s);

/*
 * The end is what the pipe holds now, whoever may still write to it; or where
 * a PTY has nothing more, 64 KiB at the latest.
 */
void	stream_finish(struct stream *s);

/*
 * Read once; *fresh is how much was appended to what buf has up to len.
 * Return 1 if there was anything, the end included, or 0.
 */
int	stream_read(struct stream *s, size_t *fresh);

/*
 * Put lines into the batch of the output, which must be free for s; throw
 * them away if the output was given up.  An empty batch then means that
 * nothing is left to put before more has been read.
 */
void	stream_put(struct stream *s, const struct label *label);

/* Lower the timeout for poll(2) to when a piece is due. */
void	stream_poll(const struct stream *s, int *timeout);

/* Is it at its end, and everything put? */
int	stream_done(const struct stream *s);

#endif
