/*
 * sdnotify [-gsw] [-b bytes] [-n count] [text ...]
 *
 * Sends each text as one datagram to the socket in NOTIFY_SOCKET, as
 * sd_notify(3) does.
 *	-b	puts lines X=xx... in front, up to that many bytes in all
 *	-g	sends from a grandchild whose parent is gone
 *	-n	sends each that many times
 *	-s	sends from a session of its own
 *	-w	waits until the receiver has read all: sends a descriptor with
 *		the line BARRIER=1, which the receiver closes
 */
#include "config.h"

#include <sys/socket.h>
#include <sys/types.h>
#include <sys/un.h>

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lifelimit.h"

#define LONGEST	65536

static void
usage(void)
{
	fprintf(stderr,
	    "usage: sdnotify [-gsw] [-b bytes] [-n count] [text ...]\n");
	exit(2);
}

static void
die(const char *what)
{
	fprintf(stderr, "sdnotify: %s: %s\n", what, strerror(errno));
	_exit(1);
}

static int
connect_to(const char *path)
{
	struct sockaddr_un sun;
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);

	memset(&sun, 0, sizeof(sun));
	sun.sun_family = AF_UNIX;
	if (path == NULL || strlen(path) >= sizeof(sun.sun_path)) {
		errno = EINVAL;
		die("NOTIFY_SOCKET");
	}
	strcpy(sun.sun_path, path);
	if (fd == -1 ||
	    connect(fd, (struct sockaddr *)&sun, sizeof(sun)) == -1)
		die(path);
	return fd;
}

/* Lines of at most 80 bytes, so many that the text ends at the last byte. */
static size_t
fill(char *buf, size_t bytes, const char *text)
{
	size_t len = strlen(text), room = bytes > len ? bytes - len : 0, i;

	for (i = 0; i < room; i++)
		buf[i] = i % 80 == 0 ? 'X' : i % 80 == 1 ? '=' : 'x';
	for (i = 79; i < room; i += 80)
		buf[i] = '\n';
	if (room > 0)
		buf[room - 1] = '\n';
	memcpy(buf + room, text, len);
	return room + len;
}

/* The receiver closes its copy of the pipe's end, and ours is closed. */
static void
await_receiver(int fd)
{
	union {
		struct cmsghdr	align;
		char		buf[CMSG_SPACE(sizeof(int))];
	} control;
	char text[] = "BARRIER=1";
	struct iovec iov = { .iov_base = text, .iov_len = sizeof(text) - 1 };
	struct pollfd pfd = { .events = POLLHUP };
	struct msghdr msg;
	struct cmsghdr *c;
	int p[2];

	if (pipe(p) == -1)
		die("pipe");
	memset(&msg, 0, sizeof(msg));
	memset(&control, 0, sizeof(control));
	msg.msg_iov = &iov;
	msg.msg_iovlen = 1;
	msg.msg_control = control.buf;
	msg.msg_controllen = sizeof(control.buf);
	c = CMSG_FIRSTHDR(&msg);
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &p[1], sizeof(int));
	if (sendmsg(fd, &msg, 0) == -1)
		die("barrier");
	close(p[1]);
	pfd.fd = p[0];
	while (poll(&pfd, 1, -1) == -1 && errno == EINTR)
		;
}

/* Return in an orphaned grandchild; its parents exit with status 0. */
static void
descend(void)
{
	pid_t pid;
	int i;

	for (i = 0; i < 2; i++) {
		if ((pid = fork()) == -1)
			die("fork");
		if (pid != 0)
			_exit(0);
	}
}

int
main(int argc, char *argv[])
{
	static char buf[LONGEST * 2];
	size_t bytes = 0;
	long count = 1, i;
	int ch, fd, grandchild = 0, session = 0, wait_for = 0;

	while ((ch = getopt(argc, argv, "b:gn:sw")) != -1) {
		switch (ch) {
		case 'b': bytes = (size_t)strtoul(optarg, NULL, 10); break;
		case 'g': grandchild = 1; break;
		case 'n': count = strtol(optarg, NULL, 10); break;
		case 's': session = 1; break;
		case 'w': wait_for = 1; break;
		default: usage();
		}
	}
	if (bytes > LONGEST)
		usage();
	if (grandchild || session)
		descend();
	if ((session && setsid() == -1) || lifelimit_set(60) == -1)
		die("start");
	fd = connect_to(getenv("NOTIFY_SOCKET"));
	for (; optind < argc; optind++)
		for (i = 0; i < count; i++)
			if (send(fd, buf, fill(buf, bytes, argv[optind]),
			    0) == -1)
				die("send");
	if (wait_for)
		await_receiver(fd);
	return 0;
}
