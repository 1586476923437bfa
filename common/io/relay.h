/*
 * relay.h - pass a command's output on: in whole lines with a label in front,
 * or unchanged.
 *
 * stdout and stderr each have a pipe, a fixed buffer and an output; one output
 * serves both if they go to the same object.  Many relays can share a terminal
 * or pipe without tearing lines: a batch is written under a lock on the output
 * where the system has one, else in atomic writes (output.h).
 * A stream is not read while its batch waits to be written.  So a slow reader
 * makes the command wait, and memory use is constant.  Calls block only on
 * regular files.
 */
#ifndef RELAY_H
#define RELAY_H

#include <poll.h>
#include <stddef.h>

#include "io/linewatch.h"
#include "io/logfile.h"

#define RELAY_POLLFDS	5

struct relay;

struct relay_options {
	const char	*label;		/* with strftime(3) conversions;
					 * NULL: pass on bytes, not lines */
	int		 drops_clears;	/* rule 2 of linecopy.h, with a label */
	int		 master;	/* the caller's PTY to read instead of
					 * pipes, or -1 */
	int		 copyfd;	/* gets all output without labels,
					 * or -1 */
	struct logfile	*log;		/* so does this, or NULL; it is the
					 * caller's */
	int		 outfd, errfd;	/* where stdout and stderr go */
	struct linewatch *watch;	/* gets all output too; or NULL */
	int		 no_returns;	/* drop the return before a newline */
	void		(*seen)(const char *p, size_t n, void *who); /* gets
					 * all output as it was; or NULL */
	void		*who;
	void		(*failed)(int is_copy, void *arg); /* see relay_step */
	void		*arg;
};

/* Return a new relay; or NULL with ENOMEM, EMFILE or ENFILE. */
struct relay	*relay_open(const struct relay_options *);

/*
 * Without a PTY: return the descriptor that becomes the command's descriptor
 * fd, 1 or 2.  If bytes of both go to the same object, it is the same pipe for
 * both, which keeps their order.
 */
int	relay_end(const struct relay *, int fd);

/* The command has its ends of the pipes: close them in this process. */
void	relay_started(struct relay *);

/*
 * Fill in what to poll, RELAY_POLLFDS at most, and return how many; lower
 * *timeout (ms, for poll(2)) if relay_step is due sooner.
 */
size_t	relay_poll(const struct relay *, struct pollfd *pfd, int *timeout);

/*
 * Pass on what can be passed on without blocking.  Return 0, or -1 once the
 * reader of an output or of the copy has gone, or the terminal has hung up.
 * The caller must ignore SIGPIPE.
 *
 * After any other failure failed() is called, with the errno of write(2).  An
 * output is then given up: what is read for it is discarded.  The copy is not
 * given up, for the disk may have room later; failed() is called only for its
 * first failure.
 */
int	relay_step(struct relay *);

/* Discard the output that waits to be written or is read later. */
void	relay_give_up(struct relay *);

/*
 * For a relay with a copy or log: the time in ms until a reader of the output, not of
 * the copy, counts as standing still (output.h), or -1.  If one does, discard
 * the output as above, but not the copy, and return 0: relay_idle may hold now.
 */
int	relay_skip_reader(struct relay *);

/*
 * The command has ended.  Read what its pipes hold now, even if a process
 * still has them open, end a last line with a newline, and close the pipes.
 * relay_step passes on what still waits to be written.
 */
void	relay_finish(struct relay *);

/* Is everything written after relay_finish?  1 or 0. */
int	relay_idle(const struct relay *);

/* Free the relay at any time; unwritten output is lost. */
void	relay_free(struct relay *);

#endif
