/*
 * faulted [-dt] [-o file] [-T secs] command [arg ...]
 *
 * Run a command that some fault is injected into, and print in one line what
 * became of it: its status (128+N for a signal), or "late" if it takes over -T
 * (20) seconds, then what is wrong:
 *	left NAME PID	a process that it left behind lives
 *	none		-d, status 0, and nothing was left behind
 *	raw		the terminal of -t has other modes than before
 * What is left is killed. Output goes to the file of -o.
 *	-d	detached: with status 0 a process is to be left behind
 *	-t	the command has a terminal, a new one, as descriptors 0, 1 and 2
 *
 * All orphans of the command become children of this process, so the system tells
 * that none is left (ECHILD). A tracer is not counted.
 */
#include "config.h"

#include <sys/prctl.h>
#include <sys/types.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define LOOK	5	/* ms */
#define LINGER	5000	/* ms for what is ending by itself */

struct run {
	const char	*output;
	int		 detached, terminal;
	long		 limit;		/* ms */
	int		 master, slave;
	struct termios	 before;
	pid_t		 child;
	int		 status;	/* -1: late */
};

static long
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (long)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void
die(const char *what)
{
	perror(what);
	exit(2);
}

static void
open_terminal(struct run *r)
{
	const char *name;

	r->master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
	if (r->master == -1 || grantpt(r->master) == -1 ||
	    unlockpt(r->master) == -1 || (name = ptsname(r->master)) == NULL)
		die("terminal");
	r->slave = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (r->slave == -1 || tcgetattr(r->slave, &r->before) == -1)
		die("terminal");
}

static void
become(struct run *r, char *argv[])
{
	int in = open("/dev/null", O_RDWR), out = in;

	setsid();
	if (r->output != NULL)
		out = open(r->output, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	if (r->terminal) {
		in = out = open(ptsname(r->master), O_RDWR);
	}
	if (in == -1 || out == -1)
		die("output");
	dup2(in, 0);
	dup2(out, 1);
	dup2(out, 2);
	if (in > 2)
		close(in);
	if (out > 2)
		close(out);
	execvp(argv[0], argv);
	die(argv[0]);
}

/* Copy what the terminal got to the file. */
static void
drain(struct run *r, int file)
{
	char buf[4096];
	ssize_t n;

	while (r->terminal && (n = read(r->master, buf, sizeof buf)) > 0)
		if (file != -1 && write(file, buf, (size_t)n) == -1)
			break;
}

static int
exit_status(int status)
{
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) :
	    WEXITSTATUS(status);
}

static void
wait_for(struct run *r)
{
	long until = now() + r->limit;
	int status, file = -1;
	pid_t pid;

	if (r->terminal && r->output != NULL)
		file = open(r->output, O_WRONLY | O_CREAT | O_TRUNC |
		    O_CLOEXEC, 0600);
	r->status = -1;
	while (r->status == -1 && now() < until) {
		drain(r, file);
		while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
			if (pid == r->child)
				r->status = exit_status(status);
		if (r->status == -1)
			poll(NULL, 0, LOOK);
	}
	drain(r, file);
}

/* Read a line of a file of /proc; "" if it is gone. */
static void
read_line(const char *path, char *line, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd != -1 ? read(fd, line, size - 1) : 0;

	if (fd != -1)
		close(fd);
	line[n > 0 ? n : 0] = '\0';
	line[strcspn(line, "\n")] = '\0';
}

/* Call visit for each living child of pid that is no tracer. */
static int
each_child(pid_t pid, void (*visit)(pid_t, const char *))
{
	char path[64], list[4096], name[64], *p = list, *end;
	int n = 0;

	snprintf(path, sizeof path, "/proc/%ld/task/%ld/children", (long)pid,
	    (long)pid);
	read_line(path, list, sizeof list);
	for (;; p = end) {
		pid_t child = (pid_t)strtol(p, &end, 10);
		char state[512], *after;

		if (end == p)
			return n;
		snprintf(path, sizeof path, "/proc/%ld/comm", (long)child);
		read_line(path, name, sizeof name);
		snprintf(path, sizeof path, "/proc/%ld/stat", (long)child);
		read_line(path, state, sizeof state);
		after = strrchr(state, ')');
		if (after == NULL || after[1] == '\0' || after[2] == 'Z' ||
		    strcmp(name, "strace") == 0)
			continue;
		n++;
		if (visit != NULL)
			visit(child, name);
	}
}

static void
say(pid_t pid, const char *name)
{
	printf(" left %s %ld", name, (long)pid);
}

static void
end(pid_t pid, const char *name)
{
	(void)name;
	kill(pid, SIGKILL);
	each_child(pid, end);
}

static void
reap(void)
{
	while (waitpid(-1, NULL, WNOHANG) > 0)
		;
}

/* What is left is killed, what appears by that too. */
static void
end_all(void)
{
	long until = now() + LINGER;

	for (; now() < until; poll(NULL, 0, LOOK)) {
		int n = each_child(getpid(), end);

		reap();
		if (n == 0 && waitpid(-1, NULL, WNOHANG) == -1 &&
		    errno == ECHILD)
			return;
	}
}

static void
judge(struct run *r)
{
	long until = now() + LINGER;
	struct termios after;
	int stays = r->detached && r->status == 0;

	if (r->status == -1)
		printf("late");
	else
		printf("%d", r->status);
	reap();
	while (!stays && r->status != -1 && now() < until &&
	    each_child(getpid(), NULL) > 0) {
		poll(NULL, 0, LOOK);
		reap();
	}
	if (stays && each_child(getpid(), NULL) == 0)
		printf(" none");
	else if (!stays)
		each_child(getpid(), say);
	if (r->terminal && (tcgetattr(r->slave, &after) == -1 ||
	    after.c_lflag != r->before.c_lflag ||
	    after.c_iflag != r->before.c_iflag ||
	    after.c_oflag != r->before.c_oflag))
		printf(" raw");
	printf("\n");
}

int
main(int argc, char *argv[])
{
	struct run r = { .limit = 20000, .master = -1 };
	int c;

	while ((c = getopt(argc, argv, "+do:tT:")) != -1)
		switch (c) {
		case 'd':
			r.detached = 1;
			break;
		case 'o':
			r.output = optarg;
			break;
		case 't':
			r.terminal = 1;
			break;
		case 'T':
			r.limit = strtol(optarg, NULL, 10) * 1000;
			break;
		default:
			return 2;
		}
	if (optind == argc)
		return 2;
	if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == -1)
		die("subreaper");
	if (r.terminal)
		open_terminal(&r);
	if ((r.child = fork()) == 0)
		become(&r, argv + optind);
	if (r.child == -1)
		die("fork");
	wait_for(&r);
	judge(&r);
	end_all();
	return 0;
}
