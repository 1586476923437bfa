/*
 * reexec [-f] count
 *
 * Prints "ready PID", then executes itself that many times, with the same
 * environment and as fast as it can, and ends with status 0. It has to be
 * called by a path.
 *	-f	forks each time; the parent ends and the child continues in a
 *		session of its own, so no process lives for long
 * It passes a second number, the generation, to itself.
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int
fail(const char *what)
{
	fprintf(stderr, "reexec: %s: %s\n", what, strerror(errno));
	return 125;
}

/* Return 1 in the parent. */
static int
fork_away(void)
{
	pid_t pid = fork();

	if (pid == -1)
		_exit(fail("fork"));
	if (pid == 0)
		setsid();
	return pid > 0;
}

int
main(int argc, char *argv[])
{
	int forks = argc > 1 && strcmp(argv[1], "-f") == 0, first = 1 + forks;
	char generation[32], *next[5];
	long n = 0;

	if (argc <= first) {
		fprintf(stderr, "usage: reexec [-f] count\n");
		return 125;
	}
	if (argc > first + 1)
		n = strtol(argv[first + 1], NULL, 10);
	if (n == 0) {
		printf("ready %ld\n", (long)getpid());
		fflush(stdout);
	}
	if (n >= strtol(argv[first], NULL, 10) || (forks && fork_away()))
		return 0;
	snprintf(generation, sizeof(generation), "%ld", n + 1);
	memcpy(next, argv, (size_t)(first + 1) * sizeof(*next));
	next[first + 1] = generation;
	next[first + 2] = NULL;
	execv(argv[0], next);
	return fail("exec");
}
