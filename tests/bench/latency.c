/*
 * latency print rounds
 * latency read lines
 *
 * The first prints the time of a monotonic clock in nanoseconds, a line every tenth
 * of a second, when all others do; then it waits for its end. The second reads such
 * lines, whatever stands in front of the time, and prints how late they were: the
 * median, that of 99 in 100, and the latest, in milliseconds, tab separated; it
 * goes on reading to the end.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define TICK	100000000LL	/* ns */
#define MAXLINES	100000

static long long
now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000LL + ts.tv_nsec;
}

static int
print(long rounds)
{
	long long next = (now() / (20 * TICK) + 2) * 20 * TICK;

	setvbuf(stdout, NULL, _IOLBF, 0);
	for (; rounds > 0; rounds--, next += TICK) {
		struct timespec ts = { 0, 0 };
		long long left = next - now();

		ts.tv_sec = left > 0 ? left / 1000000000 : 0;
		ts.tv_nsec = left > 0 ? left % 1000000000 : 0;
		nanosleep(&ts, NULL);
		printf("at %lld\n", now());
	}
	for (;;)
		pause();
	return 0;
}

static int
compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static int
take(long lines)
{
	static double late[MAXLINES];
	char line[4096], *at;
	long n = 0;

	while (n < lines && n < MAXLINES &&
	    fgets(line, sizeof line, stdin) != NULL)
		if ((at = strstr(line, "at ")) != NULL && at[3] >= '0' &&
		    at[3] <= '9')
			late[n++] = (double)(now() -
			    strtoll(at + 3, NULL, 10)) / 1e6;
	if (n == 0)
		return 1;
	qsort(late, (size_t)n, sizeof *late, compare);
	printf("%.2f\t%.2f\t%.2f\n", late[n / 2], late[n * 99 / 100],
	    late[n - 1]);
	fflush(stdout);
	while (fgets(line, sizeof line, stdin) != NULL)
		;
	return 0;
}

int
main(int argc, char *argv[])
{
	if (argc == 3 && strcmp(argv[1], "print") == 0)
		return print(strtol(argv[2], NULL, 10));
	if (argc == 3 && strcmp(argv[1], "read") == 0)
		return take(strtol(argv[2], NULL, 10));
	fprintf(stderr, "usage: latency print rounds | latency read lines\n");
	return 125;
}
