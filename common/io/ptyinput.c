#include "config.h"

#include <sys/select.h>

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/ptyinput.h"

enum {
	KEYS = 10,		/* how often VEOF is sent as a key */
	FIRST = 20,		/* ms between the first two, then doubled */
	LAST = 1000,		/* up to this many ms */
	UNPOLLABLE = 20,	/* ms between select(2)s for such an input */
	BACKGROUND = 200	/* ms between checks for the foreground */
};

/* VEOF is due now; a reader of lines gets so many. */
static void
expect_end(struct ptyinput *c, int lines)
{
	c->eofs = lines;
	c->keys = KEYS;
	c->pause = FIRST;
	c->look = deadline_in(0);
}

/*
 * On macOS poll(2) gives POLLNVAL for some terminals, such as /dev/tty;
 * select(2) works.
 */
static int
is_unpollable(int fd)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };

	return isatty(fd) && poll(&pfd, 1, 0) > 0 &&
	    (pfd.revents & POLLNVAL) != 0;
}

static int
is_readable(int fd)
{
	struct timeval now = { 0, 0 };
	fd_set set;

	FD_ZERO(&set);
	FD_SET(fd, &set);
	return select(fd + 1, &set, NULL, NULL, &now) > 0;
}

int
ptyinput_open(struct ptyinput *c, const struct winsize *size, int detached,
    enum ptyinput_input input, int echoes)
{
	struct winsize own;
	const struct termios *modes;

	memset(c, 0, sizeof *c);
	c->input = -1;
	c->terminal.fd = -1;
	c->buf = malloc(PTYINPUT_BUFFER);
	if (c->buf == NULL)
		return -1;
	if (!detached)
		terminal_find(&c->terminal);
	if (input == PTYINPUT_CALLER) {
		c->input = STDIN_FILENO;
		c->unpollable = is_unpollable(c->input);
	} else
		c->terminal.input = 0;
	c->fixed = size != NULL;
	if (size == NULL) {
		terminal_size(&c->terminal, &own);
		size = &own;
	}
	modes = c->terminal.fd != -1 && terminal_is_ours(&c->terminal) ?
	    &c->terminal.modes : NULL;
	if (pty_open(&c->pty, size, modes, c->terminal.input ||
	    (echoes && input == PTYINPUT_IDLE)) == -1)
		return -1;
	if (input == PTYINPUT_ENDED)
		expect_end(c, 1);	/* as from /dev/null */
	return 0;
}

/* Set raw modes; input that was typed before them is passed on first. */
static void
take_over(struct ptyinput *c)
{
	if (c->input != -1 && !c->terminal.raw && c->off == c->len) {
		c->len = terminal_read_typed(&c->terminal, c->buf,
		    PTYINPUT_BUFFER);
		c->off = 0;
	}
	terminal_make_raw(&c->terminal);
}

void
ptyinput_resume(struct ptyinput *c)
{
	take_over(c);
	ptyinput_resize(c);
}

void
ptyinput_suspend(struct ptyinput *c)
{
	terminal_restore(&c->terminal);
}

void
ptyinput_finish(struct ptyinput *c)
{
	if (!isatty(STDOUT_FILENO))
		terminal_restore(&c->terminal);
}

int
ptyinput_resize(const struct ptyinput *c)
{
	struct winsize size;

	if (c->is_sized)
		return 1;
	if (c->fixed || c->terminal.fd == -1)
		return 0;
	if (terminal_size(&c->terminal, &size))
		pty_resize(&c->pty, &size);
	return 1;
}

/*
 * Return whether VEOF is due to a reader of lines or of keys, and set *eof;
 * PTY_BYTES: no VEOF is due.
 */
static enum pty_input
eof_due(const struct ptyinput *c, char *eof)
{
	enum pty_input input;

	if (c->off < c->len || (c->eofs == 0 && c->keys == 0))
		return PTY_BYTES;
	input = pty_input(&c->pty, eof);
	if ((input == PTY_LINES && c->eofs == 0) ||
	    (input == PTY_KEYS && c->keys == 0))
		return PTY_BYTES;
	return input;
}

/*
 * In the background a read would stop this process (TTIN), often only after
 * the shell has read all input.  No signal tells a process that was not stopped
 * that it is in the foreground now, so the caller checks again later.
 */
static int
in_background(const struct ptyinput *c)
{
	return c->input != -1 && c->terminal.input && !c->terminal.raw &&
	    !terminal_is_ours(&c->terminal);
}

static int
wants_input(const struct ptyinput *c)
{
	return c->input != -1 && c->off == c->len && !in_background(c);
}

size_t
ptyinput_poll(const struct ptyinput *c, struct pollfd *pfd, int *timeout)
{
	char eof;
	enum pty_input due = eof_due(c, &eof);

	if (due == PTY_KEYS)
		*timeout = deadline_sooner(*timeout, deadline_poll(&c->look));
	if (in_background(c))
		*timeout = deadline_sooner(*timeout, BACKGROUND);
	if (c->unpollable && wants_input(c))
		*timeout = deadline_sooner(*timeout, UNPOLLABLE);
	pfd[0].fd = wants_input(c) && !c->unpollable ? c->input : -1;
	pfd[0].events = POLLIN;
	pfd[0].revents = 0;
	pfd[1].fd = c->off < c->len || due == PTY_LINES ? c->pty.master : -1;
	pfd[1].events = POLLOUT;
	pfd[1].revents = 0;
	return PTYINPUT_POLLFDS;
}

/* stdin has ended.  A terminal has hung up then, which HUP reports. */
static void
end_input(struct ptyinput *c)
{
	c->input = -1;
	if (!c->terminal.input)
		expect_end(c, 1 + c->partial);
}

static void
read_input(struct ptyinput *c)
{
	ssize_t n = read(c->input, c->buf, PTYINPUT_BUFFER);

	if (n == -1 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n <= 0) {
		end_input(c);
		return;
	}
	c->len = (size_t)n;
	c->off = 0;
	c->partial = c->buf[n - 1] != '\n';
}

static void
write_input(struct ptyinput *c)
{
	while (c->off < c->len) {
		ssize_t n = write(c->pty.master, c->buf + c->off,
		    c->len - c->off);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1 && errno != EAGAIN)
			c->off = c->len;	/* it has no reader any more */
		if (n <= 0)
			return;
		c->off += (size_t)n;
	}
}

/*
 * The system interprets the byte a little after the write, by the modes of that
 * moment.  So a line editor gets VEOF as a NUL if it was just starting, or had
 * just finished a line (Linux 6.18).
 */
static void
write_eof(struct ptyinput *c)
{
	char eof;
	enum pty_input due = eof_due(c, &eof);

	if (due == PTY_LINES) {
		while (c->eofs > 0 && write(c->pty.master, &eof, 1) == 1)
			c->eofs--;
	} else if (due == PTY_KEYS && deadline_passed(&c->look)) {
		if (!pty_unread(&c->pty) &&
		    write(c->pty.master, &eof, 1) == 1)
			c->keys--;
		c->look = deadline_in(c->pause);
		if (c->pause < LAST)
			c->pause *= 2;
	}
}

void
ptyinput_step(struct ptyinput *c, const struct pollfd *pfd, size_t n)
{
	if (n != PTYINPUT_POLLFDS)
		return;
	if (c->input != -1 && !c->terminal.raw)
		take_over(c);
	if ((pfd[0].fd != -1 && pfd[0].revents != 0 && c->off == c->len) ||
	    (c->unpollable && wants_input(c) && is_readable(c->input)))
		read_input(c);
	write_input(c);
	write_eof(c);
}

void
ptyinput_close(struct ptyinput *c)
{
	terminal_restore(&c->terminal);
	pty_close(&c->pty);
	free(c->buf);
}
