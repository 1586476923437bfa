#include "config.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/un.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/deadline.h"
#include "base/fdio.h"
#include "job/notify.h"

#define NAME	"/notify"
#define SETTLE	100	/* ms */

static void
clear(struct notify *n)
{
	memset(n, 0, sizeof *n);
	n->fd = n->theirs = -1;
}

/* The socket's path, behind NOTIFY_SOCKET=. */
static char *
path_of(struct notify *n)
{
	return n->env + sizeof NOTIFY_ENV;
}

static int
make_folder(struct notify *n, const char *tmp)
{
	size_t room = sizeof n->env - sizeof NOTIFY_ENV - sizeof NAME;
	char *path = path_of(n);
	int len;

	memcpy(n->env, NOTIFY_ENV "=", sizeof NOTIFY_ENV "=");
	len = snprintf(path, room, "%s/pgspawn.XXXXXX", tmp);
	if (len < 0 || (size_t)len >= room) {
		n->env[0] = '\0';
		return errno = ENAMETOOLONG, -1;
	}
	if (mkdtemp(path) == NULL) {
		n->env[0] = '\0';
		return -1;
	}
	memcpy(path + len, NAME, sizeof NAME);
	return 0;
}

/* Where the system tells the sender, let any user send (rule 1). */
static int
open_to_all(struct notify *n)
{
#ifdef SO_PASSCRED
	char *path = path_of(n), *slash = strrchr(path, '/');
	int result = chmod(path, 0666);

	*slash = '\0';
	if (result == 0)
		result = chmod(path, 0711);
	*slash = '/';
	return result;
#else
	(void)n;
	return 0;
#endif
}

static int
bind_socket(struct notify *n)
{
	struct sockaddr_un sun;
	size_t len;
#ifdef SO_PASSCRED
	int on = 1;
#endif

	memset(&sun, 0, sizeof sun);
	sun.sun_family = AF_UNIX;
	len = strlen(path_of(n));
	if (len >= sizeof sun.sun_path)
		return errno = ENAMETOOLONG, -1;
	memcpy(sun.sun_path, path_of(n), len + 1);
	n->fd = socket(AF_UNIX, SOCK_DGRAM, 0);
	if (n->fd == -1)
		return -1;
	fcntl(n->fd, F_SETFD, FD_CLOEXEC);
#ifdef SO_PASSCRED
	/* Linux: SO_PEERCRED of a datagram socket says PID 0. */
	if (setsockopt(n->fd, SOL_SOCKET, SO_PASSCRED, &on, sizeof on) == -1)
		return -1;
#endif
	if (bind(n->fd, (struct sockaddr *)&sun, sizeof sun) == -1 ||
	    open_to_all(n) == -1)
		return -1;
	return fdio_nonblock(n->fd);
}

int
notify_socket(struct notify *n)
{
	const char *place[] = {
		getenv("TMPDIR"), getenv("XDG_RUNTIME_DIR"), "/tmp", "/run",
		"/var/tmp"
	};
	size_t i, count = sizeof place / sizeof place[0];
	int saved = ENOENT;

	clear(n);
	for (i = 0; i < count; i++) {
		if (place[i] == NULL || place[i][0] != '/')
			continue;
		if (make_folder(n, place[i]) == 0 && bind_socket(n) == 0)
			return 0;
		saved = errno;
		notify_close(n);
	}
	return errno = saved, -1;
}

int
notify_pipe(struct notify *n)
{
	int p[2];

	clear(n);
	if (fdio_pipe(p) == -1)
		return -1;
	n->fd = p[0];
	n->theirs = p[1];
	return fdio_nonblock(n->fd);
}

void
notify_port(struct notify *n, int port)
{
	clear(n);
	n->port = port;
}

void
notify_log(struct notify *n, const struct linewatch *watch)
{
	clear(n);
	n->watch = watch;
}

void
notify_started(struct notify *n)
{
	if (n->theirs != -1)
		close(n->theirs);
	n->theirs = -1;
}

/* Text that is too long is cut. */
static void
note_said(struct notify *n, const char *text, size_t len)
{
	size_t have = strlen(n->said), i;

	for (i = 0; i < len; i++)
		if (text[i] == '\r')
			have = 0;
		else if (have < sizeof n->said - 1)
			n->said[have++] = text[i];
	n->said[have] = '\0';
}

static enum notify_news
read_pipe(struct notify *n)
{
	char buf[256];
	ssize_t len = read(n->fd, buf, sizeof buf);

	if (len == -1)
		return NOTIFY_NOTHING;
	if (len == 0)
		return NOTIFY_CLOSED;
	if (memchr(buf, '\n', (size_t)len) != NULL)
		return NOTIFY_READY;
	note_said(n, buf, (size_t)len);
	return NOTIFY_OTHER;
}

/* The sender of a datagram. */
struct sender {
	pid_t	pid;		/* 0: not given; -1: the system has none */
	uid_t	uid;
};

/* The leader's session, which another process may lead. */
static pid_t
session_of(pid_t leader)
{
	struct procinfo info;

	return proctable_info(leader, &info) == 0 ? info.sid : leader;
}

/* Does the sender belong to the group (rule 1)? */
static int
speaks_for(const struct sender *s, const struct handle *id)
{
	struct procinfo info;
	struct procenv env = { 0 };
	int yes = 0;

	if (s->pid == -1)
		return 1;
	if (s->pid == 0)
		return 0;
	/* The sender has exited; its uid must do. */
	if (proctable_info(s->pid, &info) == -1)
		return errno == ESRCH && s->uid == geteuid();
	if (info.pgid == id->pid || info.sid == session_of(id->pid))
		return 1;
	if (info.state == PROC_DEAD)
		return s->uid == geteuid();
	if (proctable_environ(s->pid, &env) == 0)
		yes = handle_in_lineage(id, env.block, env.len);
	proctable_environ_free(&env);
	return yes;
}

/* Close descriptors that were sent along: systemd-notify waits for that. */
static void
close_received(struct cmsghdr *c)
{
	size_t n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int), i;
	int fd;

	for (i = 0; i < n; i++) {
		memcpy(&fd, CMSG_DATA(c) + i * sizeof fd, sizeof fd);
		close(fd);
	}
}

static struct sender
read_control(struct msghdr *msg)
{
	struct sender s = { 0, 0 };
	struct cmsghdr *c;

#ifndef SCM_CREDENTIALS
	s.pid = -1;
#endif
	for (c = CMSG_FIRSTHDR(msg); c != NULL; c = CMSG_NXTHDR(msg, c)) {
		if (c->cmsg_level != SOL_SOCKET)
			continue;
		if (c->cmsg_type == SCM_RIGHTS)
			close_received(c);
#ifdef SCM_CREDENTIALS
		if (c->cmsg_type == SCM_CREDENTIALS &&
		    c->cmsg_len >= CMSG_LEN(sizeof(struct ucred))) {
			struct ucred cred;

			memcpy(&cred, CMSG_DATA(c), sizeof cred);
			s.pid = cred.pid;
			s.uid = cred.uid;
		}
#endif
	}
	return s;
}

/* Read the lines of a datagram, which ends with a NUL. */
static enum notify_news
read_lines(const char *p, char status[NOTIFY_STATUS])
{
	enum notify_news news = NOTIFY_OTHER;
	int ready = 0;

	while (*p != '\0') {
		size_t len = strcspn(p, "\n");

		if (len == 7 && memcmp(p, "READY=1", 7) == 0)
			ready = 1;
		if (len == 9 && memcmp(p, "BARRIER=1", 9) == 0)
			news = NOTIFY_BARRIER;
		if (len > 7 && memcmp(p, "STATUS=", 7) == 0) {
			snprintf(status, NOTIFY_STATUS, "%.*s",
			    (int)(len - 7), p + 7);
			news = NOTIFY_STATUS_NEWS;
		}
		p += len + (p[len] == '\n');
	}
	return ready ? NOTIFY_READY : news;
}

/* The last line of a truncated datagram may be incomplete. */
static void
drop_last_line(char *text)
{
	char *p = strrchr(text, '\n');

	*(p != NULL ? p : text) = '\0';
}

static enum notify_news
read_datagram(struct notify *n, const struct handle *id,
    char status[NOTIFY_STATUS])
{
	union {
		struct cmsghdr	align;
		char		buf[1280];	/* 253 descriptors at most */
	} control;
	char text[4096 + 1];
	struct iovec iov = { .iov_base = text, .iov_len = sizeof text - 1 };
	struct msghdr msg;
	struct sender sender;
	ssize_t len;

	memset(&msg, 0, sizeof msg);
	msg.msg_iov = &iov;
	msg.msg_iovlen = 1;
	msg.msg_control = control.buf;
	msg.msg_controllen = sizeof control.buf;
	len = recvmsg(n->fd, &msg, 0);
	if (len == -1)
		return NOTIFY_NOTHING;
	text[len] = '\0';
	if ((msg.msg_flags & MSG_TRUNC) != 0)
		drop_last_line(text);
	sender = read_control(&msg);
	if (!speaks_for(&sender, id))
		return NOTIFY_OTHER;
	return read_lines(text, status);
}

enum notify_news
notify_read(struct notify *n, const struct handle *id,
    char status[NOTIFY_STATUS])
{
	status[0] = '\0';
	return n->env[0] != '\0' ? read_datagram(n, id, status) :
	    read_pipe(n);
}

void
notify_drain(struct notify *n, const struct handle *id)
{
	struct pollfd pfd = { .fd = n->fd, .events = POLLIN };
	struct deadline by = deadline_in(SETTLE);
	char text[NOTIFY_STATUS];
	enum notify_news news = NOTIFY_OTHER;

	if (n->fd == -1 || n->env[0] == '\0')
		return;
	while (news != NOTIFY_BARRIER && !deadline_passed(&by)) {
		news = notify_read(n, id, text);
		if (news == NOTIFY_NOTHING)
			poll(&pfd, 1, deadline_poll(&by));
	}
}

void
notify_close(struct notify *n)
{
	char *path = path_of(n);

	if (n->fd != -1)
		close(n->fd);
	notify_started(n);
	if (n->env[0] != '\0') {
		unlink(path);
		*strrchr(path, '/') = '\0';
		rmdir(path);
	}
	n->env[0] = '\0';
	n->fd = -1;
	n->port = 0;
	n->watch = NULL;
}
