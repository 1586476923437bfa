/*
 * console.h - a command on a PTY of its own, and the caller's terminal or
 * whatever else stdin is, joined to it.
 *
 * Output is the relay's work (relay.h), which reads the master.  This is the
 * way in, the size, and the modes of the caller's terminal.
 *
 *  1. The caller's terminal MUST be as it was after console_close and
 *     between console_suspend and console_resume.
 *  2. Every byte of stdin MUST be passed on unchanged, and not be read before
 *     the last ones went in: a command that does not read makes stdin wait.
 *  3. At the end of a stdin that is no terminal the command MUST see an end
 *     of input, if it reads lines: VEOF, twice after a partial line.  One
 *     that reads keys gets VEOF when it waits for a key and there is none;
 *     some times, as it may have been about to read lines, or the other way
 *     round.  One that reads bytes gets nothing until it changes over.
 */
#ifndef CONSOLE_H
#define CONSOLE_H

#include <poll.h>
#include <stddef.h>

#include "deadline.h"
#include "pty.h"
#include "terminal.h"

#define CONSOLE_POLLFDS	2
#define CONSOLE_BUFFER	4096

/* The way in: from our stdin; nothing, and it has ended; nothing, and no end. */
enum console_input { CONSOLE_CALLER, CONSOLE_ENDED, CONSOLE_IDLE };

struct console {
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
	char		*buf;		/* CONSOLE_BUFFER bytes */
};

/*
 * Open the PTY, of that size or (NULL) the caller's terminal's; detached:
 * nothing is the caller's.  Errors as pty_open.
 */
int	console_open(struct console *c, const struct winsize *size,
	    int detached, enum console_input input);

/* Take over the caller's terminal. */
void	console_resume(struct console *c);

/* Give it back for the time being. */
void	console_suspend(struct console *c);

/*
 * The command has ended: give it back unless there is output still to go to
 * it, so that the keys for signals work if somebody else is slow to read.
 */
void	console_finish(struct console *c);

/* The caller's terminal has a new size: pass it on.  1 if it did. */
int	console_resize(const struct console *c);

/*
 * Fill in what to poll for, at most CONSOLE_POLLFDS; return how many.
 * *timeout is lowered if it has to look sooner.
 */
size_t	console_poll(const struct console *c, struct pollfd *pfd,
	    int *timeout);

/* Pass on what can be without blocking, after poll(2) filled in pfd. */
void	console_step(struct console *c, const struct pollfd *pfd, size_t n);

void	console_close(struct console *c);

#endif
