/*
 * forker -b | -c | -e | -f count
 *
 * Makes processes that are hard to catch.
 *	-b	a bomb: the process and each child fork without end, every other
 *		time into a session of its own, with every signal ignored, until
 *		the user has count processes; they fork again as soon as one has
 *		ended. The user must not be root. Each process ends after 60 s
 *	-c	the process forks and ends, and each child does the same, in one
 *		process group with TERM ignored, for count seconds. A member that
 *		a scan lists has ended when the scan looks at it
 *	-e	prints "ready PID", then executes itself count times, with the
 *		same environment and without a pause, and ends with status 0; its
 *		argv[0] has to be a path
 *	-f	the same, but forks each time: the child continues in a session of
 *		its own, and the parent ends
 * With -e and -f a second number is that of the generation.
 */
#include "config.h"

#include <sys/resource.h>
#include <sys/types.h>

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static int
fail(const char *what)
{
	fprintf(stderr, "forker: %s: %s\n", what, strerror(errno));
	return 125;
}

static int
fill(long count)
{
	const struct timespec nap = { 0, 2000000 };
	const struct rlimit limit = { (rlim_t)count, (rlim_t)count };
	time_t end = time(NULL) + 60;
	int sig;

	if (getuid() == 0 || setrlimit(RLIMIT_NPROC, &limit) == -1)
		return 2;
	for (sig = 1; sig < NSIG; sig++)
		signal(sig, SIG_IGN);
	while (time(NULL) < end) {
		if (fork() == 0 && getpid() % 2 == 0)
			setsid();
		nanosleep(&nap, NULL);
	}
	return 0;
}

static int
churn(long secs)
{
	const struct timespec nap = { 0, 100000 };
	time_t end = time(NULL) + secs;

	signal(SIGTERM, SIG_IGN);
	signal(SIGCHLD, SIG_IGN);
	while (time(NULL) < end) {
		if (fork() > 0)
			_exit(0);
		nanosleep(&nap, NULL);
	}
	return 0;
}

/* 1 in the parent. */
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

static int
execute(char *argv[], long count, int forks)
{
	long n = argv[3] != NULL ? strtol(argv[3], NULL, 10) : 0;
	char generation[32], *next[5];

	if (n == 0) {
		printf("ready %ld\n", (long)getpid());
		fflush(stdout);
	}
	if (n >= count || (forks && fork_away()))
		return 0;
	snprintf(generation, sizeof(generation), "%ld", n + 1);
	memcpy(next, argv, 3 * sizeof(*next));
	next[3] = generation;
	next[4] = NULL;
	execv(argv[0], next);
	return fail("exec");
}

int
main(int argc, char *argv[])
{
	if (argc >= 3 && strlen(argv[1]) == 2 && argv[1][0] == '-') {
		long count = strtol(argv[2], NULL, 10);

		switch (argv[1][1]) {
		case 'b':
			return fill(count);
		case 'c':
			return churn(count);
		case 'e':
		case 'f':
			return execute(argv, count, argv[1][1] == 'f');
		}
	}
	fprintf(stderr, "usage: forker -b | -c | -e | -f count\n");
	return 125;
}
