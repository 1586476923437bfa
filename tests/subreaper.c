/*
 * subreaper [-o] command [arg ...]
 *
 * Runs a command, adopts and reaps the descendants that it leaves behind, and
 * ends once there are none, or after a minute. A symbolic link gives it the
 * name of another program that adopts.
 *	-o	forks first: the child, an orphan in a session of its own, does
 *		the work; the parent ends once the command is executed
 * Status 125 if the system cannot do that.
 */
#include "config.h"

#include <sys/types.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lifelimit.h"
#include "proc/proctable.h"

/* In the child: its end of the pipe is closed by a successful exec. */
static int
execute(char *argv[], int fd)
{
	fcntl(fd, F_SETFD, FD_CLOEXEC);
	execvp(argv[0], argv);
	fprintf(stderr, "subreaper: %s: %s\n", argv[0], strerror(errno));
	return 126;
}

static void
reap(void)
{
	while (wait(NULL) != -1 || errno == EINTR)
		;
}

int
main(int argc, char *argv[])
{
	int orphan = argc > 1 && strcmp(argv[1], "-o") == 0;
	int started[2];
	char byte;
	pid_t pid;

	argv += 1 + orphan;
	if (argv[0] == NULL || pipe(started) == -1)
		return 125;
	if (orphan && (pid = fork()) != 0) {
		close(started[1]);
		return pid == -1 || read(started[0], &byte, 1) != 0;
	}
	close(started[0]);
	if ((orphan && setsid() == -1) || lifelimit_set(60) == -1 ||
	    proctable_adopt() == -1 || (pid = fork()) == -1) {
		fprintf(stderr, "subreaper: %s\n", strerror(errno));
		return 125;
	}
	if (pid == 0)
		return execute(argv, started[1]);
	close(started[1]);
	reap();
	return 0;
}
