#include "config.h"

#include <sys/stat.h>
#include <sys/types.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <unistd.h>

#include "base/eventline.h"

/* Open the pipe anew, non-blocking; or -1. */
static int
open_again(int fd, const struct stat *st)
{
	char path[32];
	struct stat now;
	int again;

	snprintf(path, sizeof path, "/dev/fd/%d", fd);
	again = open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (again == -1)
		return -1;
	/* Only Linux opens it anew.  Others dup(2) it, which shares flags. */
	if (fstat(again, &now) == 0 && now.st_dev == st->st_dev &&
	    now.st_ino == st->st_ino &&
	    (fcntl(again, F_GETFL) & O_NONBLOCK) != 0 &&
	    (fcntl(fd, F_GETFL) & O_NONBLOCK) == 0)
		return again;
	close(again);
	return -1;
}

void
eventline_open(struct eventline *e, int fd)
{
	struct stat st;
	int again = -1;

	e->fd = fd;
	e->polls = 0;
	if (fd == -1)
		return;
	if (fd > 2)
		fcntl(fd, F_SETFD, FD_CLOEXEC);
	if (fstat(fd, &st) == -1 || S_ISREG(st.st_mode))
		return;
	if (S_ISFIFO(st.st_mode))
		again = open_again(fd, &st);
	e->polls = again == -1;
	if (again == -1)
		return;
	if (fd > 2)
		close(fd);
	e->fd = again;
}

int
eventline_write(const struct eventline *e, const char *line, size_t n)
{
	struct pollfd pfd = { .fd = e->fd, .events = POLLOUT };
	ssize_t written;

	if (e->polls && poll(&pfd, 1, 0) == 0)
		return 0;
	do
		written = write(e->fd, line, n);
	while (written == -1 && errno == EINTR);
	if (written == (ssize_t)n)
		return 1;
	return written == -1 && errno == EAGAIN ? 0 : -1;
}
