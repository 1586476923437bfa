/*
 * pty.h - a pseudo-terminal: the master is ours, the slave the command's.
 *
 * The slave is kept open here until the command is reaped: macOS and FreeBSD
 * throw away what was not read yet at the last close of the slave.
 */
#ifndef PTY_H
#define PTY_H

#include <sys/ioctl.h>
#include <termios.h>

struct pty {
	int	master, slave;	/* close-on-exec; the master never blocks */
};

/*
 * Open one of that size.  modes are what its terminal modes begin as (NULL:
 * the system's own), echo tells whether it echoes.  -1 and errno of
 * posix_openpt(3) and its kin: EAGAIN, ENOSPC, EMFILE, ENOENT ...
 */
int	pty_open(struct pty *p, const struct winsize *size,
	    const struct termios *modes, int echo);
/*
 * If that error of pty_open means that something is missing here, what that is,
 * in words for a message; else NULL.
 */
const char *pty_lack(int error);

void	pty_close(struct pty *p);
void	pty_close_slave(struct pty *p);

/* The foreground group of the terminal gets WINCH, if the size is new. */
void	pty_resize(const struct pty *p, const struct winsize *size);

/*
 * How the command reads at this moment: lines, of which the character VEOF is
 * the end; keys one by one, as a line editor does, to whom VEOF is one of
 * them; or bytes, that mean nothing (there are no keys for signals either).
 */
enum pty_input { PTY_BYTES, PTY_KEYS, PTY_LINES };

enum pty_input pty_input(const struct pty *p, char *eof);

/* Is there input for the command that it has not read yet? */
int	pty_unread(const struct pty *p);

#endif
