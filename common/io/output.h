/*
 * output.h - a terminal, pipe, socket or file to which several processes
 * write lines.
 *
 * The buffer holds one batch.  The batch is written under an fcntl(2) write
 * lock on the object.  Such a lock belongs to one process; a flock(2) lock
 * would be shared with every process that inherited the descriptor.  Closing
 * any descriptor of the object drops the lock.  No call blocks on the lock.
 *
 * If the object has no such lock, or another process keeps it for ten seconds
 * although there is room to write (that process may be stopped), the batch is
 * written without it: in pieces of whole lines, PIPE_BUF bytes at most, which a
 * pipe takes whole.  Longer lines may then be torn.
 *
 * The descriptor is shared with other processes and so MUST NOT be made
 * non-blocking.  Where the system can open the object anew, that description is
 * made non-blocking; else PIPE_BUF bytes at most are written once poll(2)
 * reports room.
 */
#ifndef OUTPUT_H
#define OUTPUT_H

#include <poll.h>
#include <stddef.h>

#include "base/deadline.h"

enum output_wait { OUTPUT_FOR_NOTHING, OUTPUT_FOR_ROOM, OUTPUT_FOR_LOCK };

struct output {
	int		 fd;		/* -1: given up */
	int		 own;		/* fd is a description opened anew */
	int		 blocks;	/* may be full, may lose its reader */
	int		 lockable, locked;
	int		 tries;		/* how often the lock was not free */
	char		*buf;		/* size bytes, the caller's */
	size_t		 size;
	size_t		 len, off;	/* of the batch; written of it */
	enum output_wait wait;		/* what the batch waits for */
	const void	*holder;	/* the stream whose line is written in
					 * part, or NULL */
	struct deadline	 pause;		/* until then only the holder goes on */
	struct deadline	 slow;		/* a batch that takes longer has a
					 * slow reader */
	struct deadline	 stuck;		/* a reader that reads nothing until
					 * then stands still */
	struct deadline	 turn;		/* until then other processes have the
					 * first turn */
};

/* Are both descriptors of the same object?  1 or 0; one struct output must
 * serve both then. */
int	output_same(int a, int b);

/*
 * Set up *o for fd with the caller's buffer of size bytes.  If something is
 * wrong with fd, output_flush fails later.
 */
void	output_open(struct output *o, int fd, char *buf, size_t size);

/* Give the output up: discard the batch and drop the lock. */
void	output_close(struct output *o);

/* May this stream put a batch into the buffer?  1 or 0. */
int	output_free(const struct output *o, const void *stream);

/*
 * Write what can be written without blocking.  Return 1 if the batch is
 * written, 0 if some of it waits, or -1 with the errno of write(2): the output
 * is then closed.
 *
 * If a holder is set, the batch ends within a line.  The lock is then kept
 * until the holder has finished the line, for a second at most after the batch
 * was written: a command that pauses within a line does not stop the others.
 */
int	output_flush(struct output *o);

/* 0, or -1 with EPIPE: the reader has gone, and the output is closed. */
int	output_check(struct output *o);

/*
 * The time in ms until the reader counts as standing still, as it has read
 * nothing for a second; 0: it does.  -1: no batch waits for it.
 */
int	output_patience(const struct output *o);

/*
 * Fill in at most one descriptor to poll and return how many; lower *timeout
 * (ms, for poll(2)) if the output needs a look sooner.
 */
size_t	output_poll(const struct output *o, struct pollfd *pfd, int *timeout);

#endif
