#include "config.h"

#include <sys/types.h>

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "io/frame.h"

void
frame_put16(unsigned char *p, unsigned int n)
{
	p[0] = (unsigned char)(n >> 8 & 255);
	p[1] = (unsigned char)(n & 255);
}

unsigned int
frame_get16(const unsigned char *p)
{
	return (unsigned int)p[0] << 8 | p[1];
}

/* How many bytes the frame has, as far as that is known. */
static size_t
size(const struct frame_reader *r)
{
	return r->len < FRAME_HEADER ? FRAME_HEADER :
	    FRAME_HEADER + frame_len(r);
}

ssize_t
frame_read(struct frame_reader *r, int fd)
{
	ssize_t n;

	if (size(r) > FRAME_MAX)
		return errno = EPROTO, -1;
	n = read(fd, r->buf + r->len, size(r) - r->len);
	if (n > 0)
		r->len += (size_t)n;
	if (n > 0 && size(r) > FRAME_MAX)
		return errno = EPROTO, -1;
	return n;
}

int
frame_is_whole(const struct frame_reader *r)
{
	return r->len >= FRAME_HEADER && r->len == size(r);
}

int
frame_type(const struct frame_reader *r)
{
	return r->buf[0];
}

size_t
frame_len(const struct frame_reader *r)
{
	return frame_get16(r->buf + 1);
}

const unsigned char *
frame_payload(const struct frame_reader *r)
{
	return r->buf + FRAME_HEADER;
}

void
frame_drop(struct frame_reader *r)
{
	r->len = 0;
}

size_t
frame_put(unsigned char out[FRAME_MAX], enum frame_type type, const void *p,
    size_t n)
{
	out[0] = (unsigned char)type;
	frame_put16(out + 1, (unsigned int)n);
	if (n > 0)
		memcpy(out + FRAME_HEADER, p, n);
	return FRAME_HEADER + n;
}
