/*
 * output.h - a terminal, pipe, socket or file that several processes write
 * lines to.
 *
 * What is in the buffer is one batch.  It goes out under a write lock of
 * fcntl(2) on the object: that belongs to one process, where flock(2)'s would
 * be shared by all who inherited the descriptor.  Closing any descriptor of
 * the object drops it.  Nobody blocks on it.  Where there is no such lock, or
 * somebody has it for ten seconds although there is room to write (a stopped
 * process), a batch goes out in pieces of whole lines and at most PIPE_BUF
 * bytes, which a pipe takes whole; longer lines may then be torn.
 *
 * The descriptor is shared with other processes and so MUST NOT be made
 * non-blocking.  A description of our own is opened where that can be done;
 * else at most PIPE_BUF bytes are written, once poll(2) tells of room.
 */
#ifndef OUTPUT_H
#define OUTPUT_H

#include <poll.h>
#include <stddef.h>

#include "base/deadline.h"

enum output_wait { OUTPUT_FOR_NOTHING, OUTPUT_FOR_ROOM, OUTPUT_FOR_LOCK };

struct output {
	int		 fd;		/* -1: given up */
	int		 own;		/* a description of our own */
	int		 blocks;	/* may be full, may lose its reader */
	int		 lockable, locked;
	int		 tries;		/* for the lock, in vain */
	char		*buf;
	size_t		 size;
	size_t		 len, off;	/* of the batch, what is out of it */
	enum output_wait wait;		/* what the batch waits for */
	const void	*holder;	/* whose line is half out, or NULL */
	struct deadline	 pause;		/* until then nobody else goes on */
	struct deadline	 slow;		/* the reader is, if not done then */
	struct deadline	 turn;		/* until then others go first */
};

/* Are both the same object, so that one struct output must serve them? */
int	output_same(int a, int b);

/*
 * Set up *o for fd, with a buffer of size that the caller owns.  Never fails:
 * output_flush tells what is wrong with fd.
 */
void	output_open(struct output *o, int fd, char *buf, size_t size);

/* Give up: the batch is lost, and the lock of this process with it. */
void	output_close(struct output *o);

/* May who put a batch into the buffer? */
int	output_free(const struct output *o, const void *who);

/*
 * Write what can be written without blocking.  Return 1 the buffer is empty,
 * 0 some of it waits, or -1 and errno of write(2) after output_close.
 *
 * With a holder set, the batch ends within a line: then the lock is kept
 * until the holder is done, but no longer than a second after the batch is
 * out, so that somebody who pauses within a line does not stop the others.
 */
int	output_flush(struct output *o);

/* 0, or -1 with EPIPE after output_close: the reader went away. */
int	output_check(struct output *o);

/* As relay_poll: fill in at most one, return how many. */
size_t	output_poll(const struct output *o, struct pollfd *pfd, int *timeout);

#endif
