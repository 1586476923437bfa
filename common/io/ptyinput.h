/*
 * ptyinput.h - the input of a command that has a PTY of its own: stdin is
 * passed on to the PTY.
 *
 * This also passes on the size of the caller's terminal and sets its modes.
 * Output is the work of relay.h, which reads the master.
 *
 *  1. The caller's terminal MUST have its original modes after ptyinput_close,
 *     and between ptyinput_suspend and ptyinput_resume.
 *  2. Every byte of stdin MUST be passed on unchanged.  stdin MUST NOT be read
 *     before the PTY has taken the previous bytes: a command that does not read
 *     makes the writer of stdin wait.
 *  3. If stdin is no terminal, its end MUST reach the command.  A command that
 *     reads lines gets VEOF, twice after a partial line.  A command that reads
 *     keys gets VEOF when it waits for a key; it gets VEOF up to ten times,
 *     because it may be changing between lines and keys.  A command that reads
 *     bytes gets nothing until it reads lines or keys.
 */
#ifndef PTYINPUT_H
#define PTYINPUT_H

#include <poll.h>
#include <stddef.h>

#include "base/deadline.h"
#include "io/pty.h"
#include "io/terminal.h"

#define PTYINPUT_POLLFDS	2
#define PTYINPUT_BUFFER	4096

enum ptyinput_input {
	PTYINPUT_CALLER,	/* the caller's stdin */
	PTYINPUT_ENDED,		/* no input, and its end, as from /dev/null */
	PTYINPUT_IDLE		/* no input, and no end */
};

struct ptyinput {
	struct pty	pty;
	struct terminal	terminal;
	int		fixed;		/* the size was given */
	int		is_sized;	/* attach.h has set the size */
	int		input;		/* descriptor, or -1: it ended */
	int		unpollable;	/* poll(2) cannot wait for input */
	int		eofs;		/* VEOFs left for a reader of lines */
	int		keys;		/* VEOFs left for a reader of keys */
	int		pause;		/* ms between those */
	struct deadline	look;		/* when the next of those is due */
	int		partial;	/* the last byte was no newline */
	size_t		len, off;	/* of the buffer; written of it */
	char		*buf;		/* PTYINPUT_BUFFER bytes */
};

/*
 * Open the PTY.  size NULL means the size of the caller's terminal.  detached:
 * do not use the caller's terminal.  echoes: show what other terminals type
 * (attach.h).  0, or -1 with ENOMEM or as pty_open.
 */
int	ptyinput_open(struct ptyinput *c, const struct winsize *size,
	    int detached, enum ptyinput_input input, int echoes);

/* Set the caller's terminal to raw modes. */
void	ptyinput_resume(struct ptyinput *c);

/* Restore the modes of the caller's terminal until ptyinput_resume. */
void	ptyinput_suspend(struct ptyinput *c);

/*
 * The command has ended: restore the terminal's modes, unless stdout is a
 * terminal, to which output may still be on its way.  So Ctrl-C works while
 * another reader of the output is slow.
 */
void	ptyinput_finish(struct ptyinput *c);

/*
 * Pass the new size of the caller's terminal on to the PTY.  Return 0 if the
 * size is fixed or there is no terminal, else 1.  While is_sized, do nothing.
 */
int	ptyinput_resize(const struct ptyinput *c);

/*
 * Fill in what to poll, PTYINPUT_POLLFDS entries; return how many.  Lower
 * *timeout (ms, for poll(2)) if ptyinput_step is due sooner.
 */
size_t	ptyinput_poll(const struct ptyinput *c, struct pollfd *pfd,
	    int *timeout);

/* After poll(2) filled in pfd: pass on input without blocking. */
void	ptyinput_step(struct ptyinput *c, const struct pollfd *pfd, size_t n);

/* Restore the terminal's modes and close the PTY. */
void	ptyinput_close(struct ptyinput *c);

#endif
