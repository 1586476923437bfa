/*
 * turns rounds command ...
 *
 * Times commands by turns, each once a round, so that what else the machine
 * does hits all of them alike. A command is split at blanks, and its output
 * is thrown away. Prints a line each, tab separated: the fastest time and the
 * median in milliseconds; the first command's time as a multiple of this one's,
 * the median of the rounds; the median of the CPU time in milliseconds; the
 * largest resident size in KiB; the command.
 */
#include "config.h"

#include <sys/resource.h>
#include <sys/time.h>
#include <sys/types.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define MAXROUNDS	1000
#define MAXARGS		32

struct contestant {
	const char	*command;
	char		*argv[MAXARGS + 1];
	double		 wall[MAXROUNDS], ratio[MAXROUNDS], cpu[MAXROUNDS];
	long		 size;
};

static double
now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6;
}

static double
milliseconds(struct timeval tv)
{
	return (double)tv.tv_sec * 1e3 + (double)tv.tv_usec / 1e3;
}

static void
split(struct contestant *c, char *command)
{
	char *word = strtok(strdup(command), " ");
	size_t n = 0;

	c->command = command;
	for (; word != NULL && n < MAXARGS; word = strtok(NULL, " "))
		c->argv[n++] = word;
}

static void
execute(char *argv[])
{
	int fd = open("/dev/null", O_RDWR);

	dup2(fd, 0);
	dup2(fd, 1);
	dup2(fd, 2);
	execvp(argv[0], argv);
	_exit(127);
}

static int
take_turn(struct contestant *c, int i, double first)
{
	double begun = now();
	struct rusage used;
	int status;
	pid_t pid;

	if ((pid = fork()) == 0)
		execute(c->argv);
	if (pid == -1 || wait4(pid, &status, 0, &used) == -1)
		return -1;
	c->wall[i] = now() - begun;
	c->ratio[i] = (first > 0 ? first : c->wall[i]) / c->wall[i];
	c->cpu[i] = milliseconds(used.ru_utime) + milliseconds(used.ru_stime);
	if (used.ru_maxrss > c->size)
		c->size = used.ru_maxrss;
	return WIFEXITED(status) && WEXITSTATUS(status) < 126 ? 0 : -1;
}

static int
compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double
median(double *v, int n)
{
	qsort(v, (size_t)n, sizeof(*v), compare);
	return (v[(n - 1) / 2] + v[n / 2]) / 2;
}

static void
report(struct contestant *c, int rounds)
{
	double middle = median(c->wall, rounds);

	printf("%.3f\t%.3f\t%.3f\t%.1f\t%ld\t%s\n", c->wall[0], middle,
	    median(c->ratio, rounds), median(c->cpu, rounds), c->size,
	    c->command);
}

int
main(int argc, char *argv[])
{
	int rounds = argc > 2 ? (int)strtol(argv[1], NULL, 10) : 0, i, k;
	struct contestant *c;

	if (rounds < 1 || rounds > MAXROUNDS) {
		fprintf(stderr, "usage: turns rounds command ...\n");
		return 125;
	}
	argv += 2;
	argc -= 2;
	if ((c = calloc((size_t)argc, sizeof(*c))) == NULL)
		return 125;
	for (k = 0; k < argc; k++)
		split(&c[k], argv[k]);
	/* The first round only warms up: the next one takes its place. */
	for (i = -1; i < rounds; i++)
		for (k = 0; k < argc; k++)
			if (take_turn(&c[k], i < 0 ? 0 : i,
			    k > 0 ? c[0].wall[i < 0 ? 0 : i] : 0) == -1) {
				fprintf(stderr, "turns: it failed: %s\n",
				    c[k].command);
				return 125;
			}
	for (k = 0; k < argc; k++)
		report(&c[k], rounds);
	free(c);
	return 0;
}
