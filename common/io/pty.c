#include "config.h"

#include <sys/ioctl.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#include "base/fdio.h"
#include "io/pty.h"

static int
open_slave(struct pty *p)
{
	const char *name;

	if (grantpt(p->master) == -1 || unlockpt(p->master) == -1 ||
	    (name = ptsname(p->master)) == NULL)
		return -1;
	p->slave = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
	return p->slave == -1 ? -1 : 0;
}

static int
set_modes(const struct pty *p, const struct termios *modes, int echo)
{
	struct termios t;

	if (modes != NULL)
		t = *modes;
	else if (tcgetattr(p->slave, &t) == -1)
		return -1;
	if (!echo)
		t.c_lflag &= ~(tcflag_t)(ECHO | ECHONL);
	return tcsetattr(p->slave, TCSANOW, &t);
}

int
pty_open(struct pty *p, const struct winsize *size,
    const struct termios *modes, int echo)
{
	int saved;

	p->slave = -1;
	p->master = posix_openpt(O_RDWR | O_NOCTTY);
	if (p->master == -1)
		return -1;
	fcntl(p->master, F_SETFD, FD_CLOEXEC);
	if (open_slave(p) == 0 && set_modes(p, modes, echo) == 0 &&
	    ioctl(p->slave, TIOCSWINSZ, size) == 0 &&
	    fdio_nonblock(p->master) == 0)
		return 0;
	saved = errno;
	pty_close(p);
	return errno = saved, -1;
}

/*
 * If /dev/ptmx exists but /dev/pts is not mounted, Linux 6.18 gives ENODEV.
 * glibc 2.36 then tries BSD terminals and gives ENOENT.
 */
const char *
pty_lack(int error)
{
	struct stat st;

	if (error != ENOENT && error != ENODEV)
		return NULL;
	return lstat("/dev/ptmx", &st) == -1 ? "/dev/ptmx is missing" :
	    "/dev/pts is not mounted";
}

void
pty_close_slave(struct pty *p)
{
	if (p->slave != -1)
		close(p->slave);
	p->slave = -1;
}

void
pty_close(struct pty *p)
{
	pty_close_slave(p);
	if (p->master != -1)
		close(p->master);
	p->master = -1;
}

void
pty_resize(const struct pty *p, const struct winsize *size)
{
	ioctl(p->master, TIOCSWINSZ, size);
}

enum pty_input
pty_input(const struct pty *p, char *eof)
{
	struct termios t;

	/* Not every system reports the slave's modes on the master. */
	if (tcgetattr(p->slave != -1 ? p->slave : p->master, &t) == -1 ||
	    (t.c_lflag & (ICANON | ISIG)) == 0 ||
	    t.c_cc[VEOF] == _POSIX_VDISABLE)
		return PTY_BYTES;
	*eof = (char)t.c_cc[VEOF];
	return (t.c_lflag & ICANON) != 0 ? PTY_LINES : PTY_KEYS;
}

int
pty_unread(const struct pty *p)
{
	struct pollfd pfd = { .fd = p->slave, .events = POLLIN };

	return poll(&pfd, 1, 0) > 0 && (pfd.revents & POLLIN) != 0;
}
