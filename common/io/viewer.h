/*
 * viewer.h - one client of a terminal's socket (attach.h): what it sent, and
 * what it is to get.
 *
 * Output is queued as bytes and becomes frames when the socket has room, so
 * output can be dropped at any time.
 */
#ifndef VIEWER_H
#define VIEWER_H

#include <sys/ioctl.h>
#include <stddef.h>

#include "io/frame.h"

struct viewer {
	int		 fd;		/* non-blocking */
	int		 is_greeted;	/* its hello came */
	enum frame_role	 role;
	unsigned long	 number;	/* later clients have greater ones */
	struct winsize	 size;		/* of its terminal */
	struct frame_reader in;
	size_t		 off;		/* bytes of the keys that are passed on */
	unsigned char	 wire[FRAME_MAX];	/* the frame to write, */
	size_t		 wire_len, wire_off;	/* and how much is written */
	int		 turn;		/* -1, or FRAME_TURN is due with it */
	int		 status;	/* -1, or FRAME_END is due with it */
	unsigned long	 lost;		/* FRAME_LOST is due with it */
	size_t		 first, len;	/* of the queue, a ring */
	size_t		 queue_size;
	char		 queue[];
};

/* A new client at fd; NULL with ENOMEM. */
struct viewer *viewer_new(int fd, size_t queue_size);

/* Close and free it. */
void	viewer_free(struct viewer *v);

/* Write a first frame.  The wire must be empty. */
void	viewer_greet(struct viewer *v, enum frame_type type, int what);

/* Queue n bytes of output.  If they do not fit, drop what is queued. */
void	viewer_add(struct viewer *v, const char *p, size_t n);

/*
 * Does v type rather than other, which can be NULL?  A terminal comes before
 * other input, and then the latest client.  1 or 0; a client that only looks
 * never types.
 */
int	viewer_comes_before(const struct viewer *v, const struct viewer *other);

/* Is there something to write?  1 or 0. */
int	viewer_is_due(const struct viewer *v);

/* Write without blocking.  0, or -1: the client has gone. */
int	viewer_flush(struct viewer *v);

#endif
