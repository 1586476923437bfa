/*
 * frame.h - the messages between pgattach and the pgspawn of a terminal.
 *
 * A frame is a byte that names its type, the length of its payload in two
 * bytes, and the payload, FRAME_PAYLOAD bytes at most.  Numbers have their high
 * byte first.  The version is the first byte of the first frame of each side;
 * the frames FRAME_HELLO and FRAME_REFUSAL keep their layout in all versions.
 *
 *	FRAME_HELLO	version, an enum frame_role, columns, rows
 *	FRAME_KEYS	bytes for the terminal
 *	FRAME_SIZE	columns, rows
 *
 *	FRAME_WELCOME	version, 1 if the client types
 *	FRAME_REFUSAL	version, an enum frame_reason; the connection ends
 *	FRAME_OUTPUT	bytes of the terminal
 *	FRAME_TURN	1 if the client types from now on, else 0
 *	FRAME_LOST	so many bytes of output (4 bytes) are left out here
 *	FRAME_END	exit status of the command; the connection ends
 */
#ifndef FRAME_H
#define FRAME_H

#include <sys/types.h>
#include <stddef.h>

enum {
	FRAME_VERSION = 1,
	FRAME_HEADER = 3,
	FRAME_PAYLOAD = 4096,
	FRAME_MAX = FRAME_HEADER + FRAME_PAYLOAD
};

enum frame_type {
	FRAME_HELLO = 'H', FRAME_KEYS = 'K', FRAME_SIZE = 'S',
	FRAME_WELCOME = 'W', FRAME_REFUSAL = 'X', FRAME_OUTPUT = 'O',
	FRAME_TURN = 'T', FRAME_LOST = 'L', FRAME_END = 'E'
};

/* FRAME_YIELDS: it types as long as no client of FRAME_TYPES is there. */
enum frame_role {
	FRAME_TYPES, FRAME_LOOKS, FRAME_YIELDS
};

enum frame_reason {
	FRAME_OTHER_VERSION = 1, FRAME_TOO_MANY, FRAME_OTHER_USER
};

/* What was read of a socket. */
struct frame_reader {
	size_t		 len;
	unsigned char	 buf[FRAME_MAX];
};

/*
 * Read once, at most to the end of a frame.  Return as read(2); after 0 or -1
 * the frame is incomplete.  EPROTO: the length of the frame is too great.
 */
ssize_t	frame_read(struct frame_reader *r, int fd);

/* Is a whole frame read?  1 or 0. */
int	frame_is_whole(const struct frame_reader *r);

/* The type, the length and the payload of a frame that is whole. */
int	frame_type(const struct frame_reader *r);
size_t	frame_len(const struct frame_reader *r);
const unsigned char *frame_payload(const struct frame_reader *r);

/* Forget the frame, so that the next can be read. */
void	frame_drop(struct frame_reader *r);

/* Make a frame of n bytes at p, FRAME_PAYLOAD at most; return its length. */
size_t	frame_put(unsigned char out[FRAME_MAX], enum frame_type type,
	    const void *p, size_t n);

/* A number of two bytes. */
void	frame_put16(unsigned char *p, unsigned int n);
unsigned int frame_get16(const unsigned char *p);

#endif
