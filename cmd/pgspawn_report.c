#include "config.h"

#include <sys/mman.h>
#include <sys/types.h>

#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/deadline.h"
#include "base/diag.h"
#include "io/output.h"
#include "pgspawn_report.h"
#include "base/sigpipe.h"
#include "base/sigwake.h"

#ifndef MAP_ANONYMOUS
#define MAP_ANONYMOUS	MAP_ANON
#endif

#define ROOM	4096

static struct {
	const sigset_t	*mask;
	struct output	 err, handle;
	int		 handle_fd;
	int		 failed;
} report;

/*
 * A buffer in pages of its own: most pgspawn processes never write, and use no
 * memory for it.  NULL: there is no memory.
 */
static char *
make_room(size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return p != MAP_FAILED ? p : NULL;
}

void
report_wait(int fd)
{
	struct pollfd pfd = { .fd = fd, .events = POLLOUT };

	if (poll(&pfd, 1, 0) == 0)
		sigprocmask(SIG_SETMASK, report.mask, NULL);
}

static void
write_early(const char *line, size_t n)
{
	ssize_t written;

	report_wait(STDERR_FILENO);
	written = write(STDERR_FILENO, line, n);
	(void)written;
}

void
report_open(const sigset_t *mask)
{
	report.mask = mask;
	report.err.fd = report.handle.fd = -1;
	diag_write_by(write_early);
}

static void
buffer_line(struct output *o, const char *line, size_t n)
{
	if (n > o->size - o->len)
		return;
	memcpy(o->buf + o->len, line, n);
	o->len += n;
}

static void
write_later(const char *line, size_t n)
{
	if (report.err.fd == -1) {
		char *room = make_room(ROOM);

		if (room == NULL)
			return;
		output_open(&report.err, STDERR_FILENO, room, ROOM);
		report.err.lockable = 0;
	}
	buffer_line(&report.err, line, n);
	report_step();
}

void
report_begin(void)
{
	diag_write_by(write_later);
}

void
report_handle(int fd, const char *line, size_t n)
{
	char *room = make_room(ROOM);

	if (room == NULL) {
		report.failed = 1;
		diag_warn("cannot print the handle");
		return;
	}
	output_open(&report.handle, fd, room, ROOM);
	report.handle.lockable = 0;
	report.handle_fd = fd;
	buffer_line(&report.handle, line, n);
	report_step();
}

/* Closing the descriptor gives its reader the end of the file. */
static void
close_handle(void)
{
	munmap(report.handle.buf, ROOM);
	output_close(&report.handle);
	if (report.handle_fd > STDERR_FILENO)
		close(report.handle_fd);
}

static void
step_handle(void)
{
	switch (output_flush(&report.handle)) {
	case -1:
		report.failed = 1;
		diag_warn("cannot print the handle");
		/* FALLTHROUGH */
	case 1:
		close_handle();
	}
}

void
report_step(void)
{
	struct sigaction before;

	sigpipe_ignore(&before);
	if (report.handle.fd != -1)
		step_handle();
	if (report.err.fd != -1)
		(void)output_flush(&report.err);
	sigpipe_restore(&before);
}

size_t
report_poll(struct pollfd *pfd)
{
	int timeout = -1;	/* stays -1: there is no lock to retry */
	size_t n = 0;

	if (report.handle.fd != -1)
		n += output_poll(&report.handle, &pfd[n], &timeout);
	if (report.err.fd != -1 && report.err.len > 0)
		n += output_poll(&report.err, &pfd[n], &timeout);
	return n;
}

static int
asks_to_end(int sig)
{
	return sig == SIGHUP || sig == SIGINT || sig == SIGQUIT ||
	    sig == SIGTERM;
}

int
report_finish(long long ms)
{
	struct deadline until = deadline_in(ms);
	struct pollfd pfd[1 + REPORT_POLLFDS];
	sigset_t none;
	size_t n;
	int sig;

	sigemptyset(&none);
	pfd[0].fd = sigwake_open(&none);
	pfd[0].events = POLLIN;
	for (;;) {
		report_step();
		n = report_poll(pfd + 1);
		if (n == 0 || deadline_passed(&until))
			return 0;
		poll(pfd, 1 + n, deadline_poll(&until));
		while ((sig = sigwake_read(pfd[0].fd)) != 0)
			if (asks_to_end(sig))
				return sig;
	}
}

int
report_handle_failed(void)
{
	return report.failed || report.handle.fd != -1;
}
