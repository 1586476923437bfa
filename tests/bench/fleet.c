/*
 * fleet count command [arg ...]
 *
 * Runs a supervisor whose services each print a line that ends in `isup' and then
 * sleep, waits until so many have, and ends it with TERM. Prints, tab separated:
 * milliseconds to the last line, milliseconds from TERM to the supervisor's end,
 * CPU milliseconds of all that ran, KiB of memory (PSS) of all but the services
 * when all were up, how many processes those were, and how many processes were
 * left after it. A supervisor that takes a minute for anything has failed: -.
 * Linux only.
 */
#include "config.h"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/types.h>
#include <sys/wait.h>

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define PATIENCE	60e3	/* ms */
#define WORD		"isup"
#define SERVICE		"sleep"
#define MAXPIDS		(1 << 22)

struct tally {
	long	kib, processes;
};

static pid_t	parent[MAXPIDS];

static double
now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6;
}

/* Count the lines that end in the word; what was last is kept. */
static int
count_lines(int fd, char last[sizeof WORD])
{
	char buf[65536];
	ssize_t n = read(fd, buf, sizeof buf), i;
	int found = 0;

	for (i = 0; i < n; i++) {
		found += buf[i] == '\n' && strcmp(last, WORD) == 0;
		memmove(last, last + 1, sizeof WORD - 2);
		last[sizeof WORD - 2] = buf[i];
	}
	return found;
}

/* Its name in name[]; 0 if it is gone. */
static pid_t
parent_of(pid_t pid, char name[64])
{
	char path[64];
	long ppid = 0;
	FILE *f;

	snprintf(path, sizeof path, "/proc/%ld/stat", (long)pid);
	if ((f = fopen(path, "r")) == NULL)
		return 0;
	if (fscanf(f, "%*d (%63[^)]) %*c %ld", name, &ppid) != 2)
		ppid = 0;
	fclose(f);
	return (pid_t)ppid;
}

static long
pss(pid_t pid)
{
	char line[256];
	long kib = 0;
	FILE *f;

	snprintf(line, sizeof line, "/proc/%ld/smaps_rollup", (long)pid);
	if ((f = fopen(line, "r")) == NULL)
		return 0;
	while (fgets(line, sizeof line, f) != NULL)
		if (sscanf(line, "Pss: %ld", &kib) == 1)
			break;
	fclose(f);
	return kib;
}

static int
is_below(pid_t pid)
{
	int depth;

	for (depth = 0; pid > 1 && depth < 64; depth++)
		if ((pid = parent[pid]) == getpid())
			return 1;
	return 0;
}

static void
take_tally(struct tally *t)
{
	struct dirent *e;
	char name[64];
	DIR *dir = opendir("/proc");
	int pass;

	memset(t, 0, sizeof *t);
	for (pass = 0; dir != NULL && pass < 2; pass++) {
		rewinddir(dir);
		while ((e = readdir(dir)) != NULL) {
			long pid = strtol(e->d_name, NULL, 10);

			if (pid <= 0 || pid >= MAXPIDS)
				continue;
			if (pass == 0) {
				parent[pid] = parent_of((pid_t)pid, name);
			} else if (is_below((pid_t)pid) &&
			    parent_of((pid_t)pid, name) != 0 &&
			    strcmp(name, SERVICE) != 0) {
				t->processes++;
				t->kib += pss((pid_t)pid);
			}
		}
	}
	if (dir != NULL)
		closedir(dir);
}

/* Wait for so many lines, or for the end of pid; the time, or -1. */
static double
await(int fd, long lines, pid_t pid)
{
	double begun = now();
	char last[sizeof WORD] = "....";
	struct pollfd pfd = { .fd = fd, .events = POLLIN };

	while (now() - begun < PATIENCE) {
		if (poll(&pfd, 1, 1) > 0 && (pfd.revents & POLLIN) != 0)
			lines -= count_lines(fd, last);
		if (lines == 0)
			return now() - begun;
		if (waitpid(pid, NULL, WNOHANG) == pid)
			return lines < 0 ? now() - begun : -1;
		if ((pfd.revents & POLLIN) == 0 &&
		    (pfd.revents & POLLHUP) != 0)
			poll(NULL, 0, 1);
	}
	return -1;
}

/* Processes that are left after a tenth of a second are children now. */
static int
end_rest(void)
{
	char path[64], *p, list[65536];
	int n = 0, rounds, fd;
	ssize_t len;

	poll(NULL, 0, 100);
	while (waitpid(-1, NULL, WNOHANG) > 0)
		;
	snprintf(path, sizeof path, "/proc/self/task/%ld/children",
	    (long)getpid());
	for (rounds = 0; rounds < 100; rounds++) {
		if ((fd = open(path, O_RDONLY)) == -1)
			return n;
		len = read(fd, list, sizeof list - 1);
		close(fd);
		if (len <= 0)
			return n;
		list[len] = '\0';
		for (p = strtok(list, " "); p != NULL; p = strtok(NULL, " ")) {
			n += rounds == 0;
			kill((pid_t)strtol(p, NULL, 10), SIGKILL);
		}
		poll(NULL, 0, 20);
		while (waitpid(-1, NULL, WNOHANG) > 0)
			;
	}
	return n;
}

static double
cpu(void)
{
	struct rusage ru;

	getrusage(RUSAGE_CHILDREN, &ru);
	return (double)(ru.ru_utime.tv_sec + ru.ru_stime.tv_sec) * 1e3 +
	    (double)(ru.ru_utime.tv_usec + ru.ru_stime.tv_usec) / 1e3;
}

static pid_t
start(char *argv[], int fd[2])
{
	pid_t pid;
	int null;

	if (pipe(fd) == -1 || (pid = fork()) == -1)
		return -1;
	if (pid == 0) {
		setsid();
		null = open("/dev/null", O_RDONLY);
		dup2(null, 0);
		dup2(fd[1], 1);
		dup2(fd[1], 2);
		close(fd[0]);
		close(fd[1]);
		execvp(argv[0], argv);
		_exit(127);
	}
	close(fd[1]);
	return pid;
}

int
main(int argc, char *argv[])
{
	struct tally t;
	double up, down = -1;
	int fd[2], left;
	pid_t pid;

	if (argc < 3) {
		fprintf(stderr, "usage: fleet count command [arg ...]\n");
		return 125;
	}
	prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	if ((pid = start(argv + 2, fd)) == -1)
		return 125;
	up = await(fd[0], strtol(argv[1], NULL, 10), pid);
	take_tally(&t);
	if (up >= 0) {
		kill(pid, SIGTERM);
		down = await(fd[0], -1, pid);
	}
	left = end_rest();
	if (up < 0 || down < 0) {
		puts("-\t-\t-\t-\t-\t-");
		return 1;
	}
	printf("%.0f\t%.0f\t%.0f\t%ld\t%ld\t%d\n", up, down, cpu(), t.kib,
	    t.processes, left);
	return 0;
}
