/*
 * ptyinput.h - a command on a PTY of its own, and the caller's terminal or
 * whatever else stdin is, joined to it.
 *
 * Output is the relay's work (relay.h), which reads the master.  This is the
 * way in, the size, and the modes of the caller's terminal.
 *
 *  1. The caller's terminal MUST be as it was after ptyinput_close and
 *     between ptyinput_suspend and ptyinput_resume.
 *  2. Every byte of stdin MUST be passed on unchanged, and not be read before
 *     the last ones went in: a command that does not read makes stdin wait.
 *  3. At the end of a stdin that is no terminal the command MUST see an end
 *     of input, if it reads lines: VEOF, twice after a partial line.  One
 *     that reads keys gets VEOF when it waits for a key and there is none;
 *     some times, as it may have been about to read lines, or the other way
 *     round.  One that reads bytes gets nothing until it changes over.
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

/* The way in: from our stdin; nothing, and it has ended; nothing, and no end. */
enum ptyinput_input { PTYINPUT_CALLER, PTYINPUT_ENDED, PTYINPUT_IDLE };

struct ptyinput {
	struct pty	pty;
	struct terminal	terminal;
	int		fixed;		/* the size was given */
	int		input;		/* read from, or -1: it ended */
	int		unpollable;	/* poll(2) cannot wait for that */
	int		eofs;		/* VEOF still to be sent to lines */
	int		keys;		/* and at most, to keys */
	int		pause;		/* ms between those */
	struct deadline	look;		/* whether one is due */
	int		partial;	/* the last byte was no newline */
	size_t		len, off;	/* of what waits to go in */
	char		*buf;		/* PTYINPUT_BUFFER bytes */
};

/*
 * Open the PTY, of that size or (NULL) the caller's terminal's; detached:
 * nothing is the caller's.  Errors as pty_open.
 */
int	ptyinput_open(struct ptyinput *c, const struct winsize *size,
	    int detached, enum ptyinput_input input);

/* Take over the caller's terminal. */
void	ptyinput_resume(struct ptyinput *c);

/* Give it back for the time being. */
void	ptyinput_suspend(struct ptyinput *c);

/*
 * The command has ended: give it back unless there is output still to go to
 * it, so that the keys for signals work if somebody else is slow to read.
 */
void	ptyinput_finish(struct ptyinput *c);

/* The caller's terminal has a new size: pass it on.  1 if it did. */
int	ptyinput_resize(const struct ptyinput *c);

/*
 * Fill in what to poll for, at most PTYINPUT_POLLFDS; return how many.
 * *timeout is lowered if it has to look sooner.
 */
size_t	ptyinput_poll(const struct ptyinput *c, struct pollfd *pfd,
	    int *timeout);

/* Pass on what can be without blocking, after poll(2) filled in pfd. */
void	ptyinput_step(struct ptyinput *c, const struct pollfd *pfd, size_t n);

void	ptyinput_close(struct ptyinput *c);

#endif
