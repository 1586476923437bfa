/*
 * pty.h - a pseudo-terminal: this process has the master, the command the
 * slave.
 *
 * This process keeps the slave open, too, until the command is reaped: macOS
 * and FreeBSD discard unread output at the last close of the slave.
 */
#ifndef PTY_H
#define PTY_H

#include <sys/ioctl.h>
#include <termios.h>

struct pty {
	int	master, slave;	/* close-on-exec; the master never blocks */
};

/*
 * Open a PTY of that size.  modes are its first terminal modes; NULL: the
 * system's defaults.  echo is whether it echoes.  0, or -1 with the errno of
 * posix_openpt(3), grantpt(3), open(2) ...: EAGAIN, ENOSPC, EMFILE, ENOENT.
 */
int	pty_open(struct pty *p, const struct winsize *size,
	    const struct termios *modes, int echo);

/*
 * If this errno of pty_open means that the system lacks something, return what,
 * in words for a message; else NULL.
 */
const char *pty_lack(int error);

void	pty_close(struct pty *p);
void	pty_close_slave(struct pty *p);

/* Set the size.  If it is new, the PTY's foreground group gets WINCH. */
void	pty_resize(const struct pty *p, const struct winsize *size);

/*
 * How the command reads now.  PTY_LINES: lines; the character VEOF ends the
 * input.  PTY_KEYS: key by key, as a line editor does; VEOF is a key.
 * PTY_BYTES: raw bytes; no character has a meaning, nor sends a signal.
 */
enum pty_input { PTY_BYTES, PTY_KEYS, PTY_LINES };

/* Return how; unless it is PTY_BYTES, *eof becomes the character VEOF. */
enum pty_input pty_input(const struct pty *p, char *eof);

/* Is there input that the command has not read yet?  1 or 0. */
int	pty_unread(const struct pty *p);

#endif
