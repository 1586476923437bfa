/*
 * linebuf.h - a stream: what a command writes to one of its descriptors, cut
 * into lines for an output.
 *
 * If the stream ends without a newline, one is added.  A line over 64 KiB is
 * written in pieces; only the first has the label, and no newline is added
 * between them.  Other lines cannot come between the pieces (output.h), unless
 * the command pauses within the line or the line is longer than 16 MiB.
 * If a PTY has had the beginning of a line for 50 ms, the beginning is written
 * as a piece, for it may be a prompt.  Such a piece does not make other streams
 * wait for the rest of its line.
 * Behind a return within a line the label is repeated (linecopy.h).
 */
#ifndef LINEBUF_H
#define LINEBUF_H

#include <stddef.h>

#include "base/deadline.h"
#include "io/label.h"
#include "io/output.h"

enum {
	LINEBUF_LINE = 64 * 1024 + 1,	/* a line and its newline */
	LINEBUF_SIZE = LINEBUF_LINE + 1	/* room for a kept return, too */
};

struct linebuf {
	int		 in, command_end; /* of the pipe; -1: closed */
	int		 pty;		/* in is the master of a PTY */
	char		*buf;		/* LINEBUF_SIZE bytes, the caller's */
	size_t		 pos, len;	/* buf[pos] to buf[len - 1] was read,
					 * but not put into the output */
	size_t		 seen;		/* so many bytes from pos on have no
					 * newline */
	size_t		 part;		/* bytes of the current line that were
					 * put as pieces */
	long		 rest;		/* bytes still to read; -1: no limit */
	struct output	*out;		/* two streams may share one */
	int		 plain;		/* pass on bytes, not lines */
	int		 drops_clears;	/* rule 2 of linecopy.h */
	int		 has_return;	/* there was one */
	int		 ends_in_return; /* what was put last */
	int		 is_return;	/* a return was taken out of the end of
					 * buf: a newline may follow */
	struct deadline	 prompt;	/* PTY: a piece is a prompt from then */
	int		 is_prompt;	/* no more input came until then */
};

/*
 * Set up *s.  If fd is -1, make a pipe.  Else fd is the master of a PTY, which
 * must be non-blocking, and is duplicated.  0, or -1 with EMFILE or ENFILE.
 * The caller must call linebuf_close in both cases.
 */
int	linebuf_open(struct linebuf *s, char *buf, struct output *out, int fd);
void	linebuf_close(struct linebuf *s);

/* The command has its end of the pipe: close that end here. */
void	linebuf_started(struct linebuf *s);

/*
 * Set where the stream ends: for a pipe, after the bytes that it holds now,
 * even if a process still has it open; for a PTY, once no more can be read,
 * after 64 KiB at most.
 */
void	linebuf_finish(struct linebuf *s);

/*
 * Read once.  *fresh becomes the number of bytes that were appended to buf.
 * Return 1 if there were any or the stream has ended, else 0.
 */
int	linebuf_read(struct linebuf *s, size_t *fresh);

/*
 * Take the return before each newline out of the last `fresh' bytes of buf, as
 * a terminal puts it there.  Return how many bytes are left of them; a return
 * that was taken out of the end before is one more if no newline follows it.
 */
size_t	linebuf_drop_returns(struct linebuf *s, size_t fresh);

/*
 * Put lines into the batch of the output, which must be free for s
 * (output_free).  If the output was given up, discard them.  If the batch is
 * empty afterwards, there is nothing to put until more has been read.
 */
void	linebuf_put(struct linebuf *s, const struct label *label);

/* Lower *timeout, in ms for poll(2), to the time when a prompt is due. */
void	linebuf_poll(const struct linebuf *s, int *timeout);

/* Has the stream ended, and was everything put into the output?  1 or 0. */
int	linebuf_done(const struct linebuf *s);

#endif
