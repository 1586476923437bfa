#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/viewer.h"

struct viewer *
viewer_new(int fd, size_t queue_size)
{
	struct viewer *v = malloc(sizeof *v + queue_size);

	if (v == NULL)
		return NULL;
	memset(v, 0, sizeof *v);
	v->fd = fd;
	v->turn = v->status = -1;
	v->queue_size = queue_size;
	return v;
}

void
viewer_free(struct viewer *v)
{
	close(v->fd);
	free(v);
}

void
viewer_greet(struct viewer *v, enum frame_type type, int what)
{
	const unsigned char payload[2] = { FRAME_VERSION,
	    (unsigned char)what };

	v->wire_off = 0;
	v->wire_len = frame_put(v->wire, type, payload, sizeof payload);
}

/* Copy n bytes, of which the first goes to that place of the ring. */
static void
put(struct viewer *v, size_t at, const char *p, size_t n)
{
	size_t part;

	at %= v->queue_size;
	part = n < v->queue_size - at ? n : v->queue_size - at;
	memcpy(v->queue + at, p, part);
	memcpy(v->queue, p + part, n - part);
}

void
viewer_add(struct viewer *v, const char *p, size_t n)
{
	if (v->len + n > v->queue_size) {
		v->lost += v->len;
		v->first = v->len = 0;
	}
	if (n > v->queue_size) {
		v->lost += n - v->queue_size;
		p += n - v->queue_size;
		n = v->queue_size;
	}
	put(v, v->first + v->len, p, n);
	v->len += n;
}

/* Make a frame of the first bytes of the queue. */
static void
take_output(struct viewer *v)
{
	size_t n = v->queue_size - v->first;

	if (n > v->len)
		n = v->len;
	if (n > FRAME_PAYLOAD)
		n = FRAME_PAYLOAD;
	v->wire_len = frame_put(v->wire, FRAME_OUTPUT, v->queue + v->first, n);
	v->first = (v->first + n) % v->queue_size;
	v->len -= n;
}

static void
take_lost(struct viewer *v)
{
	unsigned char payload[4];

	if (v->lost > 0xffffffffUL)
		v->lost = 0xffffffffUL;
	frame_put16(payload, (unsigned int)(v->lost >> 16));
	frame_put16(payload + 2, (unsigned int)(v->lost & 0xffff));
	v->wire_len = frame_put(v->wire, FRAME_LOST, payload, sizeof payload);
	v->lost = 0;
}

static void
take_byte(struct viewer *v, enum frame_type type, int *due)
{
	unsigned char byte = (unsigned char)*due;

	v->wire_len = frame_put(v->wire, type, &byte, 1);
	*due = -1;
}

int
viewer_comes_before(const struct viewer *v, const struct viewer *other)
{
	if (!v->is_greeted || v->role == FRAME_LOOKS)
		return 0;
	if (other == NULL || v->role != other->role)
		return other == NULL || v->role == FRAME_TYPES;
	return v->number > other->number;
}

int
viewer_is_due(const struct viewer *v)
{
	return v->wire_off < v->wire_len || v->lost > 0 || v->turn != -1 ||
	    v->len > 0 || v->status != -1;
}

/* Make the next frame to write.  0: there is none. */
static int
next_frame(struct viewer *v)
{
	if (v->wire_off < v->wire_len)
		return 1;
	v->wire_off = v->wire_len = 0;
	if (v->lost > 0)
		take_lost(v);
	else if (v->turn != -1)
		take_byte(v, FRAME_TURN, &v->turn);
	else if (v->len > 0)
		take_output(v);
	else if (v->status != -1)
		take_byte(v, FRAME_END, &v->status);
	return v->wire_len > 0;
}

int
viewer_flush(struct viewer *v)
{
	while (next_frame(v)) {
		ssize_t n = write(v->fd, v->wire + v->wire_off,
		    v->wire_len - v->wire_off);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return errno == EAGAIN || errno == EWOULDBLOCK ||
			    errno == ENOBUFS ? 0 : -1;
		v->wire_off += (size_t)n;
	}
	return 0;
}
