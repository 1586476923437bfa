/*
 * crowd [-e | -g] count command [arg ...]
 *
 * Runs a command beside that many idle processes, and ends with its status.
 *	-e	they are executed anew, with an empty environment (Linux only)
 *	-g	each is a process group of its own; the command's standard input
 *		lists them, and what it took is printed: time and CPU time in
 *		milliseconds, tab separated
 *
 * Each of the idle ones waits for the end of a pipe that only crowd can write
 * to: they end with it, however that ends.
 */
#include "config.h"

#include <sys/resource.h>
#include <sys/types.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
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
gather(int how, long count, const int told[2], const int end[2], FILE *list)
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
			join(how == 'e', told[1], end[0]);
		}
		if (how == 'g') {
			setpgid(pid, pid);
			fprintf(list, "%ld\n", (long)pid);
		}
	}
	close(told[1]);
	for (i = 0; i < count; i++)
		if (read(told[0], &byte, 1) != 1)
			return errno = ECHILD, -1;
	return 0;
}

static double
milliseconds(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6;
}

static double
cpu(const struct rusage *ru)
{
	return (double)(ru->ru_utime.tv_sec + ru->ru_stime.tv_sec) * 1e3 +
	    (double)(ru->ru_utime.tv_usec + ru->ru_stime.tv_usec) / 1e3;
}

/* Reap processes of the crowd that end meanwhile. */
static int
run(int how, char *argv[], FILE *list)
{
	double begun = milliseconds();
	pid_t pid = fork(), dead = -1;
	struct rusage used;
	int status;

	if (pid == 0) {
		if (how == 'g')
			dup2(fileno(list), STDIN_FILENO);
		execvp(argv[0], argv);
		_exit(fail(argv[0]));
	}
	while (pid != -1 && dead != pid)
		if ((dead = wait4(-1, &status, 0, &used)) == -1 &&
		    errno != EINTR)
			break;
	if (dead == -1)
		return fail("command");
	if (how == 'g')
		printf("%.1f\t%.1f\n", milliseconds() - begun, cpu(&used));
	return WIFEXITED(status) ? WEXITSTATUS(status) : 125;
}

int
main(int argc, char *argv[])
{
	int how = 0, status, told[2], end[2];
	FILE *list = tmpfile();

	if (argc == 1)
		return idle(1, 0);
	if (strcmp(argv[1], "-e") == 0 || strcmp(argv[1], "-g") == 0) {
		how = argv[1][1];
		argv++;
		argc--;
	}
	if (argc < 3) {
		fprintf(stderr,
		    "usage: crowd [-e | -g] count command [arg ...]\n");
		return 125;
	}
	if (pipe(told) == -1 || pipe(end) == -1 || list == NULL)
		return fail("pipe");
	fcntl(end[1], F_SETFD, FD_CLOEXEC);
	if (gather(how, strtol(argv[1], NULL, 10), told, end, list) == -1)
		return fail("fork");
	fflush(list);
	rewind(list);
	status = run(how, argv + 2, list);
	close(end[1]);
	while (wait(NULL) != -1 || errno == EINTR)
		;
	return status;
}
