#include "config.h"

#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/types.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/deadline.h"
#include "base/fdio.h"
#include "io/attach.h"
#include "io/screen.h"
#include "io/sockpath.h"
#include "io/viewer.h"

#define PATIENCE	1000	/* ms, for what a client has to get at the end */

/* The descriptors to poll. */
enum { LISTENER, MASTER, CLIENTS };

struct attach {
	struct sockpath	 socket;
	struct ptyinput	*input;
	struct viewer	*viewer[ATTACH_CLIENTS];	/* or NULL */
	struct viewer	*typist;			/* or NULL */
	unsigned long	 number;	/* of the last client */
	int		 is_short;	/* of descriptors: until another event,
					 * the listener is not polled */
	struct screen	 screen;
};

struct attach *
attach_open(const char *path, struct ptyinput *input)
{
	struct attach *a = calloc(1, sizeof *a);
	int saved;

	if (a == NULL)
		return NULL;
	a->input = input;
	if (sockpath_listen(&a->socket, path) == 0)
		return a;
	saved = errno;
	free(a);
	return errno = saved, NULL;
}

/* --- whose turn it is --- */

/*
 * Give the PTY the size of the client's terminal.  If it has that size already,
 * the system sends no WINCH, so send it: a program then draws its screen again.
 */
static void
take_size(struct attach *a, const struct viewer *v)
{
	int master = a->input->pty.master;
	struct winsize now;
	pid_t front;

	if (v->size.ws_col == 0 || v->size.ws_row == 0)
		return;
#ifdef SIGWINCH
	if (ioctl(master, TIOCGWINSZ, &now) == 0 &&
	    now.ws_col == v->size.ws_col && now.ws_row == v->size.ws_row) {
		front = tcgetpgrp(master);
		if (front > 1)
			(void)kill(-front, SIGWINCH);
		return;
	}
#endif
	pty_resize(&a->input->pty, &v->size);
}

static void
give_turn(struct attach *a, struct viewer *v)
{
	a->typist = v;
	a->input->is_sized = v != NULL;
	if (v != NULL)
		take_size(a, v);
	else
		(void)ptyinput_resize(a->input);
}

/* The client that is to type now, or NULL. */
static struct viewer *
next_typist(const struct attach *a)
{
	struct viewer *best = NULL;
	int i;

	for (i = 0; i < ATTACH_CLIENTS; i++)
		if (a->viewer[i] != NULL &&
		    viewer_comes_before(a->viewer[i], best))
			best = a->viewer[i];
	return best;
}

static void
lose(struct attach *a, int i)
{
	int typed = a->viewer[i] == a->typist;

	viewer_free(a->viewer[i]);
	a->viewer[i] = NULL;
	if (!typed)
		return;
	give_turn(a, next_typist(a));
	if (a->typist != NULL)
		a->typist->turn = 1;
}

static void
flush(struct attach *a, int i)
{
	if (a->viewer[i] != NULL && viewer_flush(a->viewer[i]) == -1)
		lose(a, i);
}

/* --- what a client sends --- */

static void
read_size(struct viewer *v, const unsigned char *p)
{
	v->size.ws_col = (unsigned short)frame_get16(p);
	v->size.ws_row = (unsigned short)frame_get16(p + 2);
}

/* A client says what it is.  0, or -1: it is refused. */
static int
welcome(struct attach *a, struct viewer *v)
{
	const unsigned char *p = frame_payload(&v->in);
	char text[SCREEN_SIZE];
	size_t rows;

	if (p[0] != FRAME_VERSION || frame_len(&v->in) < 6) {
		viewer_greet(v, FRAME_REFUSAL, FRAME_OTHER_VERSION);
		(void)viewer_flush(v);
		return -1;
	}
	v->is_greeted = 1;
	v->role = p[1] == FRAME_TYPES || p[1] == FRAME_YIELDS ?
	    (enum frame_role)p[1] : FRAME_LOOKS;
	read_size(v, p + 2);
	viewer_greet(v, FRAME_WELCOME, next_typist(a) == v);
	rows = v->size.ws_row > 0 ? v->size.ws_row : 24;
	viewer_add(v, text, screen_text(&a->screen, (unsigned int)rows - 1,
	    text));
	if (next_typist(a) != v)
		return 0;
	if (a->typist != NULL)
		a->typist->turn = 0;
	give_turn(a, v);
	return 0;
}

/*
 * Pass keys on, as many as the PTY takes.  1: all are passed on or dropped; 0:
 * the rest waits.
 */
static int
pass_keys(struct attach *a, struct viewer *v)
{
	const unsigned char *p = frame_payload(&v->in);
	size_t n = frame_len(&v->in);

	while (v == a->typist && v->off < n) {
		ssize_t done = write(a->input->pty.master, p + v->off,
		    n - v->off);

		if (done == -1 && errno == EINTR)
			continue;
		if (done == -1 && errno == EAGAIN)
			return 0;
		if (done <= 0)
			break;		/* it has no reader any more */
		v->off += (size_t)done;
	}
	v->off = 0;
	return 1;
}

/* A frame came.  1: it is done with; 0: it waits; -1: the client is to go. */
static int
obey(struct attach *a, struct viewer *v)
{
	int type = frame_type(&v->in);

	if (type == FRAME_HELLO && !v->is_greeted)
		return welcome(a, v) == 0 ? 1 : -1;
	if (!v->is_greeted)
		return -1;
	if (type == FRAME_KEYS)
		return pass_keys(a, v);
	if (type == FRAME_SIZE && frame_len(&v->in) >= 4) {
		read_size(v, frame_payload(&v->in));
		if (v == a->typist)
			take_size(a, v);
	}
	return 1;
}

/* Does the client wait for the PTY to take its keys? */
static int
has_keys(const struct viewer *v)
{
	return frame_is_whole(&v->in);
}

/* Read what the client has sent. */
static void
hear(struct attach *a, int i)
{
	struct viewer *v = a->viewer[i];
	ssize_t n = 1;
	int done;

	for (;;) {
		done = has_keys(v) ? obey(a, v) : 1;
		if (done == 0)
			return;
		if (done == 1) {
			if (has_keys(v))
				frame_drop(&v->in);
			n = frame_read(&v->in, v->fd);
			if (n == -1 && errno == EINTR)
				continue;
			if (n == -1 && errno == EAGAIN)
				return;
		}
		if (done == -1 || n <= 0) {
			lose(a, i);
			return;
		}
	}
}

/* --- clients come --- */

static void
refuse(int fd, enum frame_reason reason)
{
	const unsigned char payload[2] = { FRAME_VERSION,
	    (unsigned char)reason };
	unsigned char frame[FRAME_MAX];

	(void)write(fd, frame, frame_put(frame, FRAME_REFUSAL, payload,
	    sizeof payload));
	close(fd);
}

static int
free_place(const struct attach *a)
{
	int i;

	for (i = 0; i < ATTACH_CLIENTS && a->viewer[i] != NULL; i++)
		continue;
	return i;
}

/* Let the clients in that wait. */
static void
let_in(struct attach *a)
{
	int fd, i;

	while ((fd = accept(a->socket.fd, NULL, NULL)) != -1) {
		fcntl(fd, F_SETFD, FD_CLOEXEC);
		i = free_place(a);
		(void)fdio_nonblock(fd);
		if (!sockpath_trusts(fd))
			refuse(fd, FRAME_OTHER_USER);
		else if (i == ATTACH_CLIENTS)
			refuse(fd, FRAME_TOO_MANY);
		else if ((a->viewer[i] = viewer_new(fd, ATTACH_QUEUE)) != NULL)
			a->viewer[i]->number = ++a->number;
		else
			close(fd);
	}
	a->is_short = errno != EAGAIN && errno != EWOULDBLOCK;
}

/* --- the loop --- */

void
attach_poll(const struct attach *a, struct pollfd pfd[ATTACH_POLLFDS])
{
	const struct viewer *v;
	int i;

	for (i = 0; i < ATTACH_POLLFDS; i++)
		pfd[i] = (struct pollfd){ .fd = -1 };
	pfd[LISTENER].fd = a->is_short ? -1 : a->socket.fd;
	pfd[LISTENER].events = POLLIN;
	for (i = 0; i < ATTACH_CLIENTS; i++) {
		v = a->viewer[i];
		if (v == NULL)
			continue;
		pfd[CLIENTS + i].fd = v->fd;
		if (!has_keys(v))
			pfd[CLIENTS + i].events |= POLLIN;
		else if (v == a->typist) {
			pfd[MASTER].fd = a->input->pty.master;
			pfd[MASTER].events = POLLOUT;
		}
		if (viewer_is_due(v))
			pfd[CLIENTS + i].events |= POLLOUT;
	}
}

/* A client that has gone is not to be polled while its keys wait. */
static void
step_client(struct attach *a, int i, int events)
{
	if (a->viewer[i] != NULL && (events != 0 || has_keys(a->viewer[i])))
		hear(a, i);
	if (a->viewer[i] != NULL && has_keys(a->viewer[i]) &&
	    (events & (POLLHUP | POLLERR)) != 0)
		lose(a, i);
}

void
attach_step(struct attach *a, const struct pollfd pfd[ATTACH_POLLFDS])
{
	int i;

	if (pfd[LISTENER].fd == -1)
		a->is_short = 0;
	else if (pfd[LISTENER].revents != 0)
		let_in(a);
	for (i = 0; i < ATTACH_CLIENTS; i++)
		step_client(a, i, pfd[CLIENTS + i].revents);
	for (i = 0; i < ATTACH_CLIENTS; i++)
		flush(a, i);
}

void
attach_output(struct attach *a, const char *p, size_t n)
{
	int i;

	screen_add(&a->screen, p, n);
	for (i = 0; i < ATTACH_CLIENTS; i++)
		if (a->viewer[i] != NULL && a->viewer[i]->is_greeted) {
			viewer_add(a->viewer[i], p, n);
			flush(a, i);
		}
}

/* Wait until the clients have what they are to get, or time is up. */
static void
settle(struct attach *a)
{
	struct deadline until = deadline_in(PATIENCE);
	struct pollfd pfd[ATTACH_CLIENTS];
	nfds_t n;
	int i;

	do {
		n = 0;
		for (i = 0; i < ATTACH_CLIENTS; i++) {
			flush(a, i);
			if (a->viewer[i] == NULL || !viewer_is_due(a->viewer[i]))
				continue;
			pfd[n].fd = a->viewer[i]->fd;
			pfd[n++].events = POLLOUT;
		}
		if (n > 0)
			poll(pfd, n, deadline_poll(&until));
	} while (n > 0 && !deadline_passed(&until));
}

void
attach_close(struct attach *a, int status)
{
	int i;

	sockpath_close(&a->socket);
	for (i = 0; i < ATTACH_CLIENTS; i++)
		if (a->viewer[i] != NULL && a->viewer[i]->is_greeted)
			a->viewer[i]->status = status;
	settle(a);
	for (i = 0; i < ATTACH_CLIENTS; i++)
		if (a->viewer[i] != NULL)
			viewer_free(a->viewer[i]);
	free(a);
}
