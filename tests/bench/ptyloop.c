/*
 * ptyloop command [arg ...]
 *
 * The least that relaying a command's terminal can take: a PTY as it comes,
 * and one loop that reads its master and writes to standard output. Ends with
 * 0 when nobody holds the other side any more.
 */
#include "config.h"

#include <sys/ioctl.h>
#include <sys/types.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static char	buf[65536];

static int
fail(const char *what)
{
	fprintf(stderr, "ptyloop: %s: %s\n", what, strerror(errno));
	return 125;
}

static void
execute(int master, char *argv[])
{
	int slave, fd;

	setsid();
	slave = open(ptsname(master), O_RDWR);
#ifdef TIOCSCTTY
	ioctl(slave, TIOCSCTTY, 0);
#endif
	for (fd = 0; fd < 3; fd++)
		dup2(slave, fd);
	close(slave);
	close(master);
	execvp(argv[0], argv);
	_exit(127);
}

static int
pass_on(int master)
{
	ssize_t n, m, off;

	while ((n = read(master, buf, sizeof(buf))) > 0)
		for (off = 0; off < n; off += m)
			if ((m = write(1, buf + off, (size_t)(n - off))) == -1)
				return fail("write");
	return 0;
}

int
main(int argc, char *argv[])
{
	int master = posix_openpt(O_RDWR | O_NOCTTY), status;
	pid_t pid;

	if (argc < 2) {
		fprintf(stderr, "usage: ptyloop command [arg ...]\n");
		return 125;
	}
	if (master == -1 || grantpt(master) == -1 || unlockpt(master) == -1)
		return fail("pty");
	if ((pid = fork()) == -1)
		return fail("fork");
	if (pid == 0)
		execute(master, argv + 1);
	if (pass_on(master) != 0)
		return 125;
	return waitpid(pid, &status, 0) == pid && status == 0 ? 0 : 125;
}
