#include "config.h"

#include <sys/types.h>

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "job/detach.h"
#include "base/fdio.h"
#include "base/sigwake.h"
#include "io/terminal.h"

/* The result of a start, as the background process sends it to the caller. */
struct start {
	int			result;		/* of detach */
	struct handle		id;
	struct spawn_failure	failure;
	struct supervise_end	end;
	size_t			ntext;		/* bytes of text */
	char			text[2048];	/* messages of the chain */
};

/* What the background process sends, and where to. */
struct report {
	struct start	start;
	int		front;
};

static void
fail(struct start *start, int error)
{
	start->result = -1;
	start->failure.stage = SPAWN_FORK;
	start->failure.error = error;
	start->failure.found = 0;
}

static int
is_needed(const struct job_options *o, int front, int fd)
{
	size_t i;

	for (i = 0; i < o->nkeep; i++)
		if (o->keep[i] == fd)
			return 1;
	return fd == front || fd == o->file;
}

/* Do not keep the caller's pipe open: `h=$(pgspawn -d ...)` would hang. */
static void
close_others(const struct job_options *o, int front)
{
	int fd, last = front > o->file ? front : o->file;
	size_t i;

	for (i = 0; i < o->nkeep; i++)
		if (o->keep[i] > last)
			last = o->keep[i];
	for (fd = STDERR_FILENO + 1; fd < last; fd++)
		if (!is_needed(o, front, fd))
			close(fd);
	fdio_close_from(last + 1);
}

static void
tell_caller(void *arg)
{
	struct report *r = arg;

	if (r->front != -1) {
		(void)fdio_write(r->front, &r->start, sizeof r->start);
		close(r->front);
	}
	r->front = -1;
}

/* Text that does not fit is dropped. */
static void
save_text(const char *text, size_t n, void *arg)
{
	struct start *start = &((struct report *)arg)->start;
	size_t room = sizeof start->text - start->ntext;

	if (n > room)
		n = room;
	memcpy(start->text + start->ntext, text, n);
	start->ntext += n;
}

/* No standard error is left to report it on. */
static void
ignore_loss(int is_copy, void *arg)
{
	(void)is_copy, (void)arg;
}

static void
run_background(const struct job_options *o, int front)
{
	struct job_options mine = *o;
	struct report r = { .front = front };
	struct supervise_end end;
	struct terminal terminal;
	struct winsize size;
	struct job job;

	mine.said = save_text;
	mine.ready = tell_caller;
	mine.status = NULL;
	mine.lost_output = ignore_loss;
	mine.arg = &r;
	if (o->pty && o->size == NULL) {
		terminal_find(&terminal);
		terminal_size(&terminal, &size);
		mine.size = &size;
	}
	close_others(o, front);
	setsid();
	fdio_null_standard();
	r.start.result = job_start(&job, &mine, &r.start.failure);
	if (r.start.result == 0) {
		fdio_leave_directory();
		r.start.id = job.supervise.group.id;
		(void)job_wait(&job, &end);
		r.start.result = 1;
		r.start.end = end;
	}
	tell_caller(&r);
	_exit(0);
}

/* Await the result.  Signals that come meanwhile are forwarded. */
static int
await_start(int fd, pid_t pid, struct start *start)
{
	struct pollfd pfd[2] = {
		{ .fd = fd, .events = POLLIN }, { .events = POLLIN }
	};
	int sig;

	pfd[1].fd = sigwake_open_ending();
	do {
		poll(pfd, 2, -1);
		while ((sig = sigwake_read(pfd[1].fd)) != 0)
			kill(pid, sig);	/* not reaped: the PID is its */
	} while (pfd[0].revents == 0);
	return fdio_read(fd, start, sizeof *start) == (ssize_t)sizeof *start ?
	    0 : -1;
}

static void
start_background(const struct job_options *o, struct start *start)
{
	struct job_options mine = *o;
	int p[2];
	pid_t pid;

	mine.caller = getpid();
	pid = fdio_pipe(p) == -1 ? -1 : fork();
	if (pid == -1) {
		fail(start, errno);
		return;
	}
	if (pid == 0)
		run_background(&mine, p[1]);
	close(p[1]);
	if (await_start(p[0], pid, start) == -1)
		fail(start, ECHILD);	/* it was killed */
	close(p[0]);
}

static void
start_alone(const struct job_options *o, struct start *start)
{
	struct job job;

	start->result = job_start(&job, o, &start->failure);
	if (start->result == -1)
		return;
	start->id = job.supervise.group.id;
	if (job_wait_ready(&job, &start->end) == -1)
		fail(start, errno);
	else if (start->end.start != SUPERVISE_READY)
		start->result = 1;
}

int
detach(const struct job_options *o, struct handle *id,
    struct spawn_failure *failure, struct supervise_end *end)
{
	struct start start = { 0 };

	if (o->label != NULL || o->pty || o->owner != NULL ||
	    o->input == JOB_INPUT_IDLE || o->ready_log != NULL ||
	    o->log.stamp != NULL || o->log.size > 0)
		start_background(o, &start);
	else
		start_alone(o, &start);
	if (start.ntext > 0)
		o->said(start.text, start.ntext, o->arg);
	*id = start.id;
	*failure = start.failure;
	*end = start.end;
	return start.result;
}
