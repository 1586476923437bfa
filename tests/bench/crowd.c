/*
 * crowd [-e] count command [arg ...]
 *
 * Runs a command beside that many idle processes, and ends with its status.
 *	-e	they are executed anew, with an empty environment (Linux only)
 *
 * Each of the idle ones waits for the end of a pipe that only crowd can write
 * to: they end with it, however that ends.
 */
#include "config.h"

#include <sys/types.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SELF	"/proc/self/exe"

static int
fail(const char *what)
{
	fprintf(stderr, "crowd: %s: %s\n", what, strerror(errno));
	return 125;
}

/* Say that we are there, then wait. */
static int
idle(int told, int end)
{
	char byte = 0;

	if (write(told, &byte, 1) == -1)
		return 125;
	close(told);
	while (read(end, &byte, 1) == -1 && errno == EINTR)
		;
	return 0;
}

static void
join(int bare, int told, int end)
{
	char name[] = "crowd", *argv[] = { name, NULL }, *none[] = { NULL };

	if (!bare)
		_exit(idle(told, end));
	dup2(told, 1);
	dup2(end, 0);
	execve(SELF, argv, none);
	_exit(125);
}

static int
gather(int bare, long count, const int told[2], const int end[2])
{
	char byte;
	long i;

	for (i = 0; i < count; i++) {
		pid_t pid = fork();

		if (pid == -1)
			return -1;
		if (pid == 0) {
			close(told[0]);
			close(end[1]);
			join(bare, told[1], end[0]);
		}
	}
	close(told[1]);
	for (i = 0; i < count; i++)
		if (read(told[0], &byte, 1) != 1)
			return errno = ECHILD, -1;
	return 0;
}

static int
run(char *argv[])
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		execvp(argv[0], argv);
		_exit(fail(argv[0]));
	}
	if (pid == -1 || waitpid(pid, &status, 0) == -1)
		return fail("command");
	return WIFEXITED(status) ? WEXITSTATUS(status) : 125;
}

int
main(int argc, char *argv[])
{
	int bare = argc > 1 && strcmp(argv[1], "-e") == 0, status;
	int told[2], end[2];

	if (argc == 1)
		return idle(1, 0);
	if (argc < 3 + bare) {
		fprintf(stderr, "usage: crowd [-e] count command [arg ...]\n");
		return 125;
	}
	if (pipe(told) == -1 || pipe(end) == -1)
		return fail("pipe");
	fcntl(end[1], F_SETFD, FD_CLOEXEC);
	if (gather(bare, strtol(argv[1 + bare], NULL, 10), told, end) == -1)
		return fail("fork");
	status = run(argv + 2 + bare);
	close(end[1]);
	while (wait(NULL) != -1 || errno == EINTR)
		;
	return status;
}
