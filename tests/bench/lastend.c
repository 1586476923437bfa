/*
 * lastend [-z] rounds members command [arg ...]
 *
 * How long does a command that waits for a process group take to notice its end?
 * Each round makes a group of so many idle members, starts the command with % in
 * its arguments replaced by the number of the group, waits until it has settled,
 * kills all members but one, and later that one: what is measured is the time from
 * this signal to the end of the command. Prints median, fastest and slowest in
 * milliseconds, tab separated.
 *	-z	the members stay zombies; else they are reaped at once
 */
#include "config.h"

#include <sys/types.h>
#include <sys/wait.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define MAXROUNDS	1000
#define MAXMEMBERS	2000
#define SETTLE		100	/* ms, and more for many members */

static double
now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6;
}

static void
nap(long ms)
{
	struct timespec ts = { ms / 1000, ms % 1000 * 1000000 };

	nanosleep(&ts, NULL);
}

/*
 * The parent of the members tells their numbers, and lives until TERM comes. Then
 * it reaps them: process 1 would do that only after the next rounds.
 */
static void
nurse(int members, int zombies, int told)
{
	pid_t group = 0;
	sigset_t term;
	int i;

	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	sigprocmask(SIG_BLOCK, &term, NULL);

	if (!zombies)
		signal(SIGCHLD, SIG_IGN);
	for (i = 0; i < members; i++) {
		pid_t pid = fork();

		if (pid == 0) {
			for (;;)
				pause();
		}
		if (group == 0)
			group = pid;
		if (pid == -1 || setpgid(pid, group) == -1 ||
		    write(told, &pid, sizeof(pid)) != (ssize_t)sizeof(pid))
			_exit(1);
	}
	sigwait(&term, &i);
	kill(-group, SIGKILL);
	while (wait(NULL) > 0)
		;
	_exit(0);
}

static pid_t
start(char *argv[], pid_t group)
{
	char number[32];
	pid_t pid;
	int i;

	snprintf(number, sizeof(number), "%ld", (long)group);
	if ((pid = fork()) != 0)
		return pid;
	for (i = 1; argv[i] != NULL; i++)
		if (strcmp(argv[i], "%") == 0)
			argv[i] = number;
	execvp(argv[0], argv);
	_exit(127);
}

/* One round's time; -1: it failed. */
static double
measure(int members, int zombies, char *argv[])
{
	static pid_t member[MAXMEMBERS];
	int told[2], status, i;
	pid_t nursery, pid;
	double begun, took = -1;

	if (pipe(told) == -1 || (nursery = fork()) == -1)
		return -1;
	if (nursery == 0)
		nurse(members, zombies, told[1]);
	close(told[1]);
	for (i = 0; i < members; i++)
		if (read(told[0], &member[i], sizeof(pid_t)) !=
		    (ssize_t)sizeof(pid_t))
			break;
	close(told[0]);
	if (i == members && (pid = start(argv, member[0])) != -1) {
		nap(SETTLE + members / 10);
		for (i = 1; i < members; i++)
			kill(member[i], SIGKILL);
		nap(members > 1 ? SETTLE : 0);
		begun = now();
		kill(member[0], SIGKILL);
		waitpid(pid, &status, 0);
		took = now() - begun;
		if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
			took = -1;
	}
	kill(nursery, SIGTERM);
	waitpid(nursery, NULL, 0);
	return took;
}

static int
compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

int
main(int argc, char *argv[])
{
	static double took[MAXROUNDS];
	int zombies = argc > 1 && strcmp(argv[1], "-z") == 0;
	int rounds, members, i;

	argv += 1 + zombies;
	argc -= 1 + zombies;
	rounds = argc > 2 ? (int)strtol(argv[0], NULL, 10) : 0;
	members = argc > 2 ? (int)strtol(argv[1], NULL, 10) : 0;
	if (rounds < 1 || rounds > MAXROUNDS || members < 1 ||
	    members > MAXMEMBERS) {
		fprintf(stderr, "usage: lastend [-z] rounds members "
		    "command [arg ...]\n");
		return 125;
	}
	for (i = 0; i < rounds; i++)
		if ((took[i] = measure(members, zombies, argv + 2)) < 0) {
			fprintf(stderr, "lastend: it failed: %s\n", argv[2]);
			return 125;
		}
	qsort(took, (size_t)rounds, sizeof(*took), compare);
	printf("%.3f\t%.3f\t%.3f\n", (took[(rounds - 1) / 2] +
	    took[rounds / 2]) / 2, took[0], took[rounds - 1]);
	return 0;
}
