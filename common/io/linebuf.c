#include "config.h"

#include <sys/ioctl.h>
#include <sys/types.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/fdio.h"
#include "io/linebuf.h"
#include "io/linecopy.h"

/* A line keeps the output to itself for so many bytes. */
#define EXCLUSIVE	((size_t)16 * 1024 * 1024)

enum {
	PIPE_REST = 1024 * 1024,	/* more than a pipe holds */
	PTY_REST = 64 * 1024,		/* more than a PTY holds */
	PROMPT = 50			/* ms without the end of a line */
};

int
linebuf_open(struct linebuf *s, char *buf, struct output *out, int fd)
{
	int p[2];

	memset(s, 0, sizeof *s);
	s->in = s->command_end = -1;
	s->buf = buf;
	s->rest = -1;
	s->prompt = deadline_in(-1);
	s->out = out;
	if (fd != -1) {
		s->pty = 1;
		s->in = fcntl(fd, F_DUPFD_CLOEXEC, 3);
		return s->in == -1 ? -1 : 0;
	}
	if (fdio_pipe(p) == -1)
		return -1;
	s->in = p[0];
	s->command_end = p[1];
	return fdio_nonblock(s->in);
}

static void
close_fd(int *fd)
{
	if (*fd != -1)
		close(*fd);
	*fd = -1;
}

void
linebuf_close(struct linebuf *s)
{
	close_fd(&s->in);
	close_fd(&s->command_end);
}

void
linebuf_started(struct linebuf *s)
{
	close_fd(&s->command_end);
}

/*
 * Return how many bytes there are to read, at most.  For a PTY, FIONREAD counts
 * only a part of them (Linux 6.18: 4095 of up to 13,824).
 */
static long
unread_bytes(const struct linebuf *s)
{
#ifdef FIONREAD
	int n;

	if (!s->pty && ioctl(s->in, FIONREAD, &n) == 0)
		return n;
#endif
	return s->pty ? PTY_REST : PIPE_REST;
}

void
linebuf_finish(struct linebuf *s)
{
	close_fd(&s->command_end);
	if (s->in != -1)
		s->rest = unread_bytes(s);
}

/*
 * n bytes were read.  A piece is a prompt only if a later read, after the
 * deadline, finds no more input.  The time alone proves nothing: this process
 * may have slept itself.
 */
static void
expect_prompt(struct linebuf *s, size_t n)
{
	s->is_prompt = 0;
	if (s->pty && !s->plain && (s->len == 0 ||
	    memchr(s->buf + s->len, '\n', n) != NULL))
		s->prompt = deadline_in(PROMPT);
}

int
linebuf_read(struct linebuf *s, size_t *fresh)
{
	size_t room;
	ssize_t n;

	if (s->pos > 0) {
		memmove(s->buf, s->buf + s->pos, s->len - s->pos);
		s->len -= s->pos;
		s->pos = 0;
	}
	room = s->len < LINEBUF_LINE ? LINEBUF_LINE - s->len : 0;
	if (s->rest != -1 && room > (size_t)s->rest)
		room = (size_t)s->rest;
	*fresh = 0;
	n = read(s->in, s->buf + s->len, room);
	if (n == -1 && (errno == EINTR ||
	    (errno == EAGAIN && s->rest == -1))) {
		s->is_prompt = deadline_passed(&s->prompt);
		return 0;
	}
	if (n > 0) {
		expect_prompt(s, (size_t)n);
		*fresh = (size_t)n;
		if (!s->has_return)
			s->has_return = !s->plain && memchr(s->buf + s->len,
			    '\r', (size_t)n) != NULL;
		s->len += (size_t)n;
		s->rest -= s->rest != -1 ? n : 0;
	}
	if (n <= 0 || s->rest == 0)
		close_fd(&s->in);
	return 1;
}

size_t
linebuf_drop_returns(struct linebuf *s, size_t fresh)
{
	char *start = s->buf + s->len - fresh, *to = start, *p;

	if (fresh == 0 && s->in != -1)
		return 0;
	if (s->is_return && (fresh == 0 || *start != '\n')) {
		memmove(start + 1, start, fresh);
		*to++ = '\r';
		fresh++;
	}
	s->is_return = 0;
	for (p = to; p < start + fresh; p++)
		if (*p == '\r' && p + 1 == start + fresh && s->in != -1)
			s->is_return = 1;
		else if (*p != '\r' || p + 1 == start + fresh || p[1] != '\n')
			*to++ = *p;
	s->len = (size_t)(to - s->buf);
	return (size_t)(to - start);
}

/*
 * How many labels fit behind returns into these n bytes of a line, where the
 * batch has room for that many bytes more.  A stream without returns, which is
 * most of them, costs nothing.
 */
static size_t
labels_inside(const struct linebuf *s, const struct label *label, size_t n,
    size_t room)
{
	size_t labels;

	if (!s->has_return || label->len == 0)
		return 0;
	labels = linecopy_labels(s->buf + s->pos, n);
	return labels * label->len <= room ? labels : room / label->len;
}

/* Does this piece overwrite the label, after a piece that ended in a return? */
static int
goes_on_in_front(const struct linebuf *s)
{
	char c = s->buf[s->pos];

	return s->part > 0 && s->ends_in_return && c != '\r' && c != '\n';
}

/*
 * Append n bytes of a line to the batch; a new line gets the label first.
 * There is room for the label and n bytes.
 */
static void
put(struct linebuf *s, const struct label *label, size_t n)
{
	struct output *o = s->out;
	const char *from = s->buf + s->pos;

	if ((s->part == 0 || goes_on_in_front(s)) && label->len > 0) {
		memcpy(o->buf + o->len, label->text, label->len);
		o->len += label->len;
	}
	if (s->has_return || s->drops_clears)
		o->len += linecopy(o->buf + o->len, from, n, label->text,
		    label->len, labels_inside(s, label, n, o->size - o->len -
		    n), s->drops_clears);
	else {
		memcpy(o->buf + o->len, from, n);
		o->len += n;
	}
	s->ends_in_return = n > 0 && from[n - 1] == '\r';
	s->pos += n;
	s->seen = 0;
}

/* Put whole lines until there are no more or the batch is full. */
static void
put_lines(struct linebuf *s, const struct label *label)
{
	for (;;) {
		const char *p = s->buf + s->pos, *nl;
		size_t n = s->len - s->pos;

		nl = memchr(p + s->seen, '\n', n - s->seen);
		if (nl == NULL) {
			s->seen = n;
			return;
		}
		n = (size_t)(nl + 1 - p);
		if (s->out->len + label->len + n > s->out->size)
			return;
		if (s->out->len > 0 && s->has_return && s->out->len +
		    label->len * (1 + linecopy_labels(p, n)) + n >
		    s->out->size)
			return;
		put(s, label, n);
		s->part = 0;
		s->out->holder = NULL;
	}
}

/* Put text that has no newline: a last line, a full buffer, or a prompt. */
static void
put_piece(struct linebuf *s, const struct label *label)
{
	struct output *o = s->out;
	size_t n = s->len - s->pos;
	int last = s->in == -1, full = n >= LINEBUF_LINE;

	if (n == 0 && (s->part == 0 || !last))
		return;
	if (!last && !full && !s->is_prompt)
		return;
	put(s, label, n);
	if (last)
		o->buf[o->len++] = '\n';
	s->part = last ? 0 : s->part + n;
	o->holder = full && !last && s->part <= EXCLUSIVE ? s : NULL;
}

static void
put_bytes(struct linebuf *s)
{
	struct output *o = s->out;
	size_t n = s->len - s->pos;

	if (n > o->size - o->len)
		n = o->size - o->len;
	memcpy(o->buf + o->len, s->buf + s->pos, n);
	o->len += n;
	s->pos += n;
}

void
linebuf_put(struct linebuf *s, const struct label *label)
{
	if (s->out->fd == -1) {
		s->pos = s->len = s->seen = s->part = 0;
		return;
	}
	if (s->plain) {
		put_bytes(s);
		return;
	}
	put_lines(s, label);
	if (s->out->len == 0)
		put_piece(s, label);
}

void
linebuf_poll(const struct linebuf *s, int *timeout)
{
	if (s->pos < s->len)
		*timeout = deadline_sooner(*timeout,
		    deadline_poll(&s->prompt));
}

int
linebuf_done(const struct linebuf *s)
{
	return s->in == -1 && s->pos == s->len && s->part == 0;
}
