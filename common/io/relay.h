/*
 * relay.h - output on its way from a command to us: by whole lines with a
 * label in front, or as it is.
 *
 * Each of stdout and stderr has a pipe, a fixed buffer and a destination; one
 * destination if both are the same object.  Lines of many relays share one
 * terminal or pipe and are never torn: a batch goes out under a lock on the
 * output where the system has one, else in writes that are atomic (output.h).
 * A stream is not read while its batch waits to be written: a slow reader
 * makes the command wait, and memory stays flat.  No call blocks but on
 * regular files.
 */
#ifndef RELAY_H
#define RELAY_H

#include <poll.h>
#include <stddef.h>

#include "io/linewatch.h"

#define RELAY_POLLFDS	5

struct relay;

struct relay_options {
	const char	*label;		/* strftime conversions filled in;
					 * NULL: bytes, not lines */
	int		 master;	/* of a PTY to read instead of pipes,
					 * stays the caller's; or -1 */
	int		 copyfd;	/* gets it all without labels, or -1 */
	int		 outfd, errfd;	/* where it goes */
	struct linewatch *watch;	/* sees it all, too; or NULL */
	void		(*failed)(int is_copy, void *arg);	/* see relay_step */
	void		*arg;
};

/* NULL and errno: ENOMEM, EMFILE, ENFILE. */
struct relay	*relay_open(const struct relay_options *);

/*
 * What the command gets as its descriptor fd, 1 or 2, if not a PTY: one for both
 * where they go to one place as they are, so that their order is kept.
 */
int	relay_end(const struct relay *, int fd);

/* The command has its ends: close ours of them. */
void	relay_started(struct relay *);

/*
 * Fill in what to poll for, at most RELAY_POLLFDS, and return how many;
 * *timeout is lowered if it has to look sooner.
 */
size_t	relay_poll(const struct relay *, struct pollfd *pfd, int *timeout);

/*
 * Pass on what can be passed on without blocking.  Return 0, or -1 once
 * the reader of an output or of the copy has gone away, or the terminal hung up.
 * SIGPIPE must be ignored.
 *
 * Of another failure failed is told, with errno of write(2).  An output is then
 * given up: what is read for it is thrown away.  The copy is not, for the disk may
 * have room later; only its first failure is told.
 */
int	relay_step(struct relay *);

/* Throw away what waits to be written, and what is read from now on. */
void	relay_give_up(struct relay *);

/*
 * The command is gone: take what its pipes hold at this moment, whoever may
 * still hold them open, end a last line with a newline, and close them.  What
 * then waits to be written is passed on by relay_step; relay_idle says when
 * nothing is left.
 */
void	relay_finish(struct relay *);
int	relay_idle(const struct relay *);

/* May be called at any time; unwritten output is lost. */
void	relay_free(struct relay *);

#endif
