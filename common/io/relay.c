#include "config.h"

#include <sys/mman.h>

#include <errno.h>
#include <poll.h>
#include <string.h>

#include "base/fdio.h"
#include "io/label.h"
#include "io/output.h"
#include "io/relay.h"
#include "io/linebuf.h"

#ifndef MAP_ANONYMOUS
#define MAP_ANONYMOUS	MAP_ANON
#endif

enum {
	BATCH = 128 * 1024,	/* bytes, without one more label */
	ROUNDS = 16,		/* reads of each stream in one step */
	PTY_READ = 4096		/* bytes that one read of a PTY can return */
};

enum { OUT, ERR };

struct relay {
	size_t		 size;		/* bytes of the block (allocate) */
	char		*buffers;	/* behind the label in the block */
	struct label	 label;
	int		 copyfd;	/* the copy goes to a file; or -1 */
	struct output	 copy;		/* the copy goes to a pipe, terminal */
	struct logfile	*log;
	int		 copy_failed;
	int		 reader_gone;
	struct linewatch *watch;
	int		 no_returns;
	void		(*seen)(const char *, size_t, void *);
	void		*who;
	void		(*failed)(int, void *);
	void		*arg;
	struct linebuf	 stream[2];
	struct output	 output[2];
};

/*
 * One block holds the struct, the label, two buffers to write, one for the
 * copy, and two to read.  Pages that are never written to cost nothing;
 * malloc(3) would write to the last page (musl 1.2.5).
 */
static struct relay *
allocate(const char *text)
{
	size_t room = label_room(text);
	size_t size = sizeof(struct relay) + 3 * room + 2 * BATCH +
	    3 * LINEBUF_SIZE;
	struct relay *r = mmap(NULL, size, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (r == MAP_FAILED)
		return NULL;
	r->size = size;
	label_open(&r->label, text, (char *)(r + 1));
	r->buffers = (char *)(r + 1) + room;
	return r;
}

/* Set up the outputs with buffers at p; return the end of the buffers. */
static char *
open_outputs(struct relay *r, const struct relay_options *o, char *p)
{
	size_t size = BATCH + r->label.max;

	output_open(&r->output[OUT], o->outfd, p, size);
	r->output[ERR].fd = -1;
	if (!output_same(o->outfd, o->errfd))
		output_open(&r->output[ERR], o->errfd, p + size, size);
	p += 2 * size;
	output_open(&r->copy, o->copyfd, p, LINEBUF_SIZE);
	r->copy.lockable = 0;	/* bytes, and one process writes them */
	if (r->copy.blocks)
		r->copyfd = -1;
	else
		output_close(&r->copy);
	return p + LINEBUF_SIZE;
}

/* A PTY has one stream for stdout and stderr. */
static int
open_streams(struct relay *r, int master, char *p)
{
	struct output *err = &r->output[r->output[ERR].fd == -1 ? OUT : ERR];

	if (linebuf_open(&r->stream[OUT], p, &r->output[OUT], master) == -1)
		return -1;
	if (master != -1) {
		r->stream[ERR].buf = p + LINEBUF_SIZE;
		r->stream[ERR].out = err;
		return 0;
	}
	return linebuf_open(&r->stream[ERR], p + LINEBUF_SIZE, err, -1);
}

/* Bytes need no lock: there are no lines to tear. */
static void
set_plain(struct relay *r)
{
	r->output[OUT].lockable = r->output[ERR].lockable = 0;
	r->stream[OUT].plain = r->stream[ERR].plain = 1;
}

struct relay *
relay_open(const struct relay_options *o)
{
	struct relay *r = allocate(o->label != NULL ? o->label : "");
	char *p;
	int saved;

	if (r == NULL)
		return NULL;
	r->copyfd = o->copyfd;
	r->log = o->log;
	r->watch = o->watch;
	r->no_returns = o->no_returns;
	r->seen = o->seen;
	r->who = o->who;
	r->failed = o->failed;
	r->arg = o->arg;
	r->stream[ERR].in = r->stream[ERR].command_end = -1;
	p = open_outputs(r, o, r->buffers);
	if (open_streams(r, o->master, p) == 0) {
		if (o->label == NULL)
			set_plain(r);
		r->stream[OUT].drops_clears = o->drops_clears;
		r->stream[ERR].drops_clears = o->drops_clears;
		return r;
	}
	saved = errno;
	relay_free(r);
	errno = saved;
	return NULL;
}

int
relay_end(const struct relay *r, int fd)
{
	if (r->stream[ERR].plain && r->output[ERR].fd == -1)
		fd = 1;
	return r->stream[fd - 1].command_end;
}

void
relay_started(struct relay *r)
{
	linebuf_started(&r->stream[OUT]);
	linebuf_started(&r->stream[ERR]);
}

static void
note_failure(struct relay *r, const struct output *o)
{
	if (errno == EPIPE)
		r->reader_gone = 1;
	else
		r->failed(o == &r->copy, r->arg);
}

static void
flush(struct relay *r, struct output *o)
{
	if (o->fd != -1 && output_flush(o) == -1)
		note_failure(r, o);
}

static void
check(struct relay *r, struct output *o)
{
	if (o->fd != -1 && output_check(o) == -1)
		note_failure(r, o);
}

/* Pass on what was read, as much as the output takes. */
static void
put_and_flush(struct relay *r, struct linebuf *s)
{
	while (output_free(s->out, s)) {
		linebuf_put(s, &r->label);
		if (s->out->len == 0)
			return;
		flush(r, s->out);
	}
}

static void
report_copy(struct relay *r)
{
	if (!r->copy_failed)
		r->failed(1, r->arg);
	r->copy_failed = 1;
}

static void
copy(struct relay *r, const char *p, size_t n)
{
	if (r->log != NULL && logfile_write(r->log, p, n) == -1)
		report_copy(r);
	if (r->copy.fd != -1) {
		memcpy(r->copy.buf, p, n);
		r->copy.len = n;
		flush(r, &r->copy);
		return;
	}
	if (r->copyfd == -1 || fdio_write(r->copyfd, p, n) == 0)
		return;
	if (errno == EPIPE) {
		r->reader_gone = 1;
		r->copyfd = -1;
		return;
	}
	report_copy(r);
}

/* May the stream be read?  Only if its output and the copy have room. */
static int
may_read(const struct relay *r, const struct linebuf *s)
{
	return s->in != -1 && output_free(s->out, s) &&
	    (r->copy.fd == -1 || r->copy.len == 0);
}

/*
 * Read once and pass the bytes on.  A read of a PTY returns 4 KiB at most
 * (Linux 6.18), so a PTY is read until it is empty or the buffer is full.
 * Return 1 if there may be more.
 */
static int
read_stream(struct relay *r, struct linebuf *s)
{
	size_t n, fresh = 0;
	int more = 0;

	if (may_read(r, s)) {
		do {
			more = linebuf_read(s, &n);
			fresh += n;
		} while (s->pty && n > 0 && s->in != -1 &&
		    s->len <= LINEBUF_LINE - PTY_READ);
		if (r->seen != NULL && fresh > 0)
			r->seen(s->buf + s->len - fresh, fresh, r->who);
		if (r->no_returns)
			fresh = linebuf_drop_returns(s, fresh);
		copy(r, s->buf + s->len - fresh, fresh);
		if (r->watch != NULL)
			linewatch_feed(r->watch, s == &r->stream[ERR],
			    s->buf + s->len - fresh, fresh);
	}
	put_and_flush(r, s);
	return more;
}

static void
advance(struct relay *r)
{
	int i, more = 1;

	label_update(&r->label);
	flush(r, &r->copy);
	check(r, &r->copy);
	for (i = 0; i < 2; i++) {
		flush(r, &r->output[i]);
		check(r, &r->output[i]);
	}
	put_and_flush(r, &r->stream[OUT]);
	put_and_flush(r, &r->stream[ERR]);
	for (i = 0; i < ROUNDS && more; i++) {
		more = read_stream(r, &r->stream[OUT]);
		more |= read_stream(r, &r->stream[ERR]);
	}
}

int
relay_step(struct relay *r)
{
	advance(r);
	return r->reader_gone ? -1 : 0;
}

size_t
relay_poll(const struct relay *r, struct pollfd *pfd, int *timeout)
{
	size_t i, n = output_poll(&r->copy, pfd, timeout);

	for (i = 0; i < 2; i++) {
		const struct linebuf *s = &r->stream[i];

		n += output_poll(&r->output[i], &pfd[n], timeout);
		if (!may_read(r, s))
			continue;
		linebuf_poll(s, timeout);
		pfd[n].fd = s->in;
		pfd[n].events = POLLIN;
		pfd[n++].revents = 0;
		if (s->rest != -1)
			*timeout = 0;
	}
	return n;
}

void
relay_give_up(struct relay *r)
{
	output_close(&r->output[OUT]);
	output_close(&r->output[ERR]);
	output_close(&r->copy);
}

int
relay_skip_reader(struct relay *r)
{
	int i, patience = -1;

	for (i = 0; i < 2; i++)
		patience = deadline_sooner(patience,
		    output_patience(&r->output[i]));
	if (r->copyfd == -1 && r->copy.fd == -1 && r->log == NULL)
		return -1;
	if (patience != 0)
		return patience;
	output_close(&r->output[OUT]);
	output_close(&r->output[ERR]);
	advance(r);
	return 0;
}

void
relay_finish(struct relay *r)
{
	linebuf_finish(&r->stream[OUT]);
	linebuf_finish(&r->stream[ERR]);
	advance(r);
}

int
relay_idle(const struct relay *r)
{
	return linebuf_done(&r->stream[OUT]) && linebuf_done(&r->stream[ERR]) &&
	    r->output[OUT].len == 0 && r->output[ERR].len == 0 &&
	    r->copy.len == 0;
}

void
relay_free(struct relay *r)
{
	linebuf_close(&r->stream[OUT]);
	linebuf_close(&r->stream[ERR]);
	output_close(&r->output[OUT]);
	output_close(&r->output[ERR]);
	output_close(&r->copy);
	munmap(r, r->size);
}
