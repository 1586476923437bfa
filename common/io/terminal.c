#include "config.h"

#include <sys/ioctl.h>

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/parse.h"
#include "io/terminal.h"

#define SIDE_MAX	65535
#define RESTORE_TRIES	5

void
terminal_find(struct terminal *t)
{
	int fd;

	memset(t, 0, sizeof *t);
	t->fd = -1;
	for (fd = 0; fd < 3 && t->fd == -1; fd++)
		if (tcgetattr(fd, &t->modes) == 0)
			t->fd = fd;
	t->input = t->fd == STDIN_FILENO;
}

int
terminal_is_ours(const struct terminal *t)
{
	pid_t front = tcgetpgrp(t->fd);

	/* -1: it is not the controlling terminal and has no background. */
	return front == -1 || front == getpgrp();
}

int
terminal_in_front(void)
{
	return tcgetpgrp(STDIN_FILENO) == getpgrp();
}

static unsigned short
side_from_environment(const char *name)
{
	const char *text = getenv(name);
	uint64_t n;

	if (text == NULL ||
	    parse_number(text, strlen(text), SIDE_MAX, &n) == -1)
		return 0;
	return (unsigned short)n;
}

int
terminal_size(const struct terminal *t, struct winsize *size)
{
	memset(size, 0, sizeof *size);
	if (t->fd != -1 && ioctl(t->fd, TIOCGWINSZ, size) == 0 &&
	    size->ws_col > 0 && size->ws_row > 0)
		return 1;
	size->ws_col = side_from_environment("COLUMNS");
	size->ws_row = side_from_environment("LINES");
	if (size->ws_col == 0)
		size->ws_col = 80;
	if (size->ws_row == 0)
		size->ws_row = 24;
	return 0;
}

int
terminal_parse_size(const char *text, struct winsize *size)
{
	const char *x = strchr(text, 'x');
	uint64_t cols, rows;

	if (x == NULL)
		return errno = EINVAL, -1;
	if (parse_number(text, (size_t)(x - text), SIDE_MAX, &cols) == -1 ||
	    parse_number(x + 1, strlen(x + 1), SIDE_MAX, &rows) == -1)
		return -1;
	if (cols == 0 || rows == 0)
		return errno = EINVAL, -1;
	memset(size, 0, sizeof *size);
	size->ws_col = (unsigned short)cols;
	size->ws_row = (unsigned short)rows;
	return 0;
}

/* Has a read that returned `last' at the end read a whole line?  Else it has
 * read an end of input. */
static int
ends_line(const struct termios *t, char last)
{
	return last == '\n' || (unsigned char)last == t->c_cc[VEOL];
}

/*
 * If the end of input is typed before raw modes are set, a read in raw modes
 * returns a NUL for it (Linux 6.18).
 */
size_t
terminal_read_typed(const struct terminal *t, char *buf, size_t size)
{
	struct pollfd pfd = { .fd = t->fd, .events = POLLIN };
	struct termios now;
	size_t len = 0;

	/* In the background this would stop the process. */
	if (!t->input || !terminal_is_ours(t) ||
	    tcgetattr(t->fd, &now) == -1 || (now.c_lflag & ICANON) == 0)
		return 0;
	while (len + 1 < size && poll(&pfd, 1, 0) == 1 &&
	    pfd.revents == POLLIN) {
		size_t room = size - len - 1;
		ssize_t n = read(t->fd, buf + len, room);

		if (n == -1)
			break;
		len += (size_t)n;
		if ((n == 0 || !ends_line(&now, buf[len - 1])) &&
		    (size_t)n < room && now.c_cc[VEOF] != _POSIX_VDISABLE)
			buf[len++] = (char)now.c_cc[VEOF];
	}
	return len;
}

void
terminal_restore(struct terminal *t)
{
	int tries = 0;

	if (!t->raw)
		return;
	while (tcsetattr(t->fd, TCSADRAIN, &t->modes) == -1 &&
	    ++tries < RESTORE_TRIES)
		continue;
	t->raw = 0;
	if (t->note != NULL)
		t->note(&t->modes, NULL, t->arg);
}

void
terminal_make_raw(struct terminal *t)
{
	struct termios raw;

	/* In the background this would stop the process. */
	if (!t->input || !terminal_is_ours(t))
		return;
	if (!t->raw && tcgetattr(t->fd, &t->modes) == -1)
		return;
	raw = t->modes;
	raw.c_iflag &= ~(tcflag_t)(IGNBRK | BRKINT | PARMRK | ISTRIP | INLCR |
	    IGNCR | ICRNL | IXON);
	raw.c_oflag &= ~(tcflag_t)OPOST;
	raw.c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | ISIG | IEXTEN);
	raw.c_cflag &= ~(tcflag_t)(CSIZE | PARENB);
	raw.c_cflag |= CS8;
	raw.c_cc[VMIN] = 1;
	raw.c_cc[VTIME] = 0;
	if (t->note != NULL)
		t->note(&t->modes, &raw, t->arg);
	t->raw = 1;
	/* It may have set the modes, and failed then. */
	if (tcsetattr(t->fd, TCSADRAIN, &raw) == -1)
		terminal_restore(t);
}
