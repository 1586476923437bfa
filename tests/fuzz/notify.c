/*
 * notify: datagrams of sd_notify(3), sent through a socket with as many
 * descriptors as the first byte says; the same bytes in a pipe; and the control
 * messages of a datagram.  Only whole lines of a datagram count, its
 * descriptors are closed, and credentials count only if they are complete.
 */
#include "../../common/job/notify.c"

#include <stdint.h>

#include "bytes.h"
#include "drive.h"

#define LONGEST	4096		/* bytes of a datagram that are read */
#define MOST	250		/* descriptors that musl sends at once */

/* The descriptor that the next one would be: the same if all were closed. */
static int
next_fd(void)
{
	int fd = dup(STDERR_FILENO);

	if (fd == -1)
		exit(125);
	close(fd);
	return fd;
}

/* The expected meaning of the lines, for the comparison. */
static enum notify_news
plain_news(const char *text, char status[NOTIFY_STATUS])
{
	enum notify_news news = NOTIFY_OTHER;
	int ready = 0;
	size_t n;

	for (status[0] = '\0'; *text != '\0'; text += n + (text[n] == '\n')) {
		char *line;

		n = strcspn(text, "\n");
		line = bytes_text(text, n);
		ready |= strcmp(line, "READY=1") == 0;
		if (strcmp(line, "BARRIER=1") == 0)
			news = NOTIFY_BARRIER;
		if (strncmp(line, "STATUS=", 7) == 0 && line[7] != '\0') {
			n = strlen(line);
			line[NOTIFY_STATUS + 6 < n ? NOTIFY_STATUS + 6 : n] =
			    '\0';
			strcpy(status, line + 7);
			n = strcspn(text, "\n");
			news = NOTIFY_STATUS_NEWS;
		}
		free(line);
	}
	return ready ? NOTIFY_READY : news;
}

static void
send_datagram(int fd, const uint8_t *data, size_t size, size_t nfds)
{
	union {
		struct cmsghdr	align;
		char		buf[CMSG_SPACE(MOST * sizeof(int))];
	} control;
	struct iovec iov = { .iov_base = bytes_copy(data, size),
	    .iov_len = size };
	struct msghdr msg;
	struct cmsghdr *c;
	int out = STDERR_FILENO;
	size_t i;

	memset(&msg, 0, sizeof msg);
	memset(&control, 0, sizeof control);
	msg.msg_iov = &iov;
	msg.msg_iovlen = 1;
	if (nfds > 0) {
		msg.msg_control = control.buf;
		msg.msg_controllen = CMSG_SPACE(nfds * sizeof(int));
		c = CMSG_FIRSTHDR(&msg);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(nfds * sizeof(int));
		for (i = 0; i < nfds; i++)
			memcpy(CMSG_DATA(c) + i * sizeof out, &out,
			    sizeof out);
	}
	if (sendmsg(fd, &msg, 0) != (ssize_t)size)
		exit(125);
	free(iov.iov_base);
}

/* The socket of a command, and the other end of it. */
static int
open_pair(struct notify *n)
{
	int p[2];
#ifdef SO_PASSCRED
	int on = 1;
#endif

	clear(n);
	if (socketpair(AF_UNIX, SOCK_DGRAM, 0, p) == -1 ||
	    fdio_nonblock(p[0]) == -1)
		exit(125);
#ifdef SO_PASSCRED
	if (setsockopt(p[0], SOL_SOCKET, SO_PASSCRED, &on, sizeof on) == -1)
		exit(125);
#endif
	n->fd = p[0];
	n->env[0] = 'N';
	return p[1];
}

static void
try_datagram(const uint8_t *data, size_t size, size_t nfds)
{
	const struct handle own = { getpgrp(), HANDLE_BARE, 0 };
	const struct handle other = { 1, HANDLE_BARE, 0 };
	char status[NOTIFY_STATUS], plain[NOTIFY_STATUS], *text;
	struct notify n;
	int fd = open_pair(&n), before = next_fd();

	send_datagram(fd, data, size, nfds);
	send_datagram(fd, data, size, nfds);
	text = bytes_text(data, size < LONGEST ? size : LONGEST);
	if (size > LONGEST)
		drop_last_line(text);
	if (notify_read(&n, &own, status) != plain_news(text, plain) ||
	    strcmp(status, plain) != 0)
		WRONG("other news");
	if (getpgrp() != 1 && getsid(0) != session_of(1) &&
	    (notify_read(&n, &other, status) != NOTIFY_OTHER ||
	    status[0] != '\0'))
		WRONG("a stranger's news");
	if (next_fd() != before)
		WRONG("a descriptor is still open");
	free(text);
	close(fd);
	close(n.fd);
}

static void
try_pipe(const uint8_t *data, size_t size)
{
	const struct handle own = { getpgrp(), HANDLE_BARE, 0 };
	enum notify_news news = NOTIFY_OTHER;
	char status[NOTIFY_STATUS];
	struct notify n;
	int ready = 0;

	if (notify_pipe(&n) == -1 ||
	    write(n.theirs, data, size) != (ssize_t)size)
		exit(125);
	notify_started(&n);
	while (news != NOTIFY_CLOSED) {
		news = notify_read(&n, &own, status);
		if (news == NOTIFY_NOTHING)
			WRONG("it waits at its end");
		ready |= news == NOTIFY_READY;
	}
	if (ready != (size > 0 && memchr(data, '\n', size) != NULL))
		WRONG("it is ready, or not");
	if (memchr(n.said, '\0', sizeof n.said) == NULL)
		WRONG("a message without end");
	notify_close(&n);
}

/*
 * Messages beside a datagram, of any kind and of any length; the last is cut
 * where the room ends, as the system cuts it.  None brings a descriptor.
 */
static void
try_control(const uint8_t *data, size_t size)
{
	size_t room = bytes_take(&data, &size), n, left;
	struct cmsghdr *buf = malloc(room > 0 ? room : 1);
	char *p = (char *)buf;
	struct msghdr msg;
	struct cmsghdr c;

	if (buf == NULL)
		exit(125);
	memset(buf, 0, room);
	memset(&c, 0, sizeof c);
	for (left = room; left >= sizeof c; p += n, left -= n) {
		uint8_t kind = bytes_take(&data, &size);

		n = CMSG_LEN(bytes_take(&data, &size) % 32);
		c.cmsg_len = n < left ? n : left;
		c.cmsg_level = kind & 1 ? SOL_SOCKET : kind;
		c.cmsg_type = kind | SCM_RIGHTS << 1;
#ifdef SCM_CREDENTIALS
		if ((kind & 2) != 0)
			c.cmsg_type = SCM_CREDENTIALS;
#endif
		memcpy(p, &c, sizeof c);
		n = CMSG_SPACE(n - CMSG_LEN(0));
		n = n < left ? n : left;
	}
	memset(&msg, 0, sizeof msg);
	msg.msg_control = buf;
	msg.msg_controllen = room;
	if (read_control(&msg).pid > 0)
		WRONG("a sender, and none was there");
	free(buf);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t nfds = bytes_take(&data, &size);

	/* Most come without, and so many take their time. */
	nfds = nfds < 192 ? 0 : nfds < 254 ? nfds % 4 : MOST;
	try_datagram(data, size, nfds);
	try_pipe(data, size);
	try_control(data, size);
	return 0;
}
