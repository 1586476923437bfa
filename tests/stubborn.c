/*
 * stubborn [-DelSst] [-f count] [-g secs] [-i signal]... [-T secs] [-z count]
 *
 * A process zoo on demand. Prints "NAME PID" for every process it makes
 * (leader, child, setsid, daemon, zombie), then "ready" when all of them are
 * set up; one write(2) a line. It reaps none of them.
 *	-D	one process runs away by double fork and setsid ("daemon")
 *	-e	runaways exec themselves with an empty environment
 *	-f	that many children in the same group
 *	-g	takes that long to die after TERM, then exits 0; further TERMs
 *		change nothing
 *	-i	ignores this signal; "all": every one that can be
 *	-l	the leader exits 0 on TERM; its children ignore TERM, INT, HUP
 *	-S	stops itself once it is set up (the leader: after "ready")
 *	-s	one process runs away by setsid ("setsid")
 *	-T	life limit (60 s) of the zoo: then it is killed, stopped or not
 *	-t	makes another child ("born PID") whenever TERM arrives, and lives
 *		on, or dies as -g says; at most eight generations
 *	-z	keeps that many unreaped zombies
 * -g, -i, -S and -t apply to all processes but the zombies, also to those that
 * -t makes; -g and -t override -i TERM.
 */
#include "config.h"

#include <sys/types.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "lifelimit.h"
#include "signals.h"

#define GENERATIONS	8

struct zoo {
	char	**argv;		/* path of this program, to execute it again */
	char	 *runaway;	/* NAME:FD:UNTIL of one that has, else NULL */
	sigset_t  ignored;
	sigset_t  asleep;	/* the mask while waiting: TERM may come */
	int	  children, zombies;
	int	  setsid, daemon, bare, stop, breed, leave;
	int	  ready[2];	/* a byte from each that is set up */
	double	  grace;	/* seconds; -1: none */
	double	  until;	/* end of life, monotonic */
};

extern char **environ;

static volatile sig_atomic_t terms;

static void
usage(void)
{
	fprintf(stderr, "usage: stubborn [-DelSst] [-f count] [-g secs] "
	    "[-i signal]... [-T secs] [-z count]\n");
	exit(2);
}

static void
die(const char *what)
{
	fprintf(stderr, "stubborn: %s: %s\n", what, strerror(errno));
	_exit(125);
}

static double
now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static void
say(const char *name, pid_t pid)
{
	char line[64];
	int len;

	if (pid == 0)
		len = snprintf(line, sizeof(line), "%s\n", name);
	else
		len = snprintf(line, sizeof(line), "%s %ld\n", name,
		    (long)pid);
	if (write(STDOUT_FILENO, line, (size_t)len) == -1)
		return;		/* no reader: live on */
}

static pid_t
make(void)
{
	pid_t pid;

	if ((pid = fork()) == -1)
		die("fork");
	return pid;
}

static void
term_arrived(int sig)
{
	(void)sig;
	terms++;
}

static void
ignore(struct zoo *z, const char *name)
{
	size_t i;
	int known = 0;

	for (i = 0; i < NSIGNALS; i++)
		if (strcmp(name, "all") == 0 ||
		    strcmp(name, signals[i].name) == 0) {
			sigaddset(&z->ignored, signals[i].number);
			known = 1;
		}
	if (!known)
		usage();
}

/*
 * TERM is blocked except while the process waits, so that no TERM is lost and
 * no TERM shortens a grace period. An ignored CHLD would reap the zombies.
 */
static void
set_signals(struct zoo *z)
{
	struct sigaction sa;
	sigset_t term;
	int sig;

	memset(&sa, 0, sizeof(sa));
	for (sig = 1; sig < NSIG; sig++) {
		sa.sa_handler = SIG_DFL;
		if (sigismember(&z->ignored, sig) == 1)
			sa.sa_handler = SIG_IGN;
		if (sig == SIGCHLD && z->zombies > 0)
			sa.sa_handler = SIG_DFL;
		if (sig == SIGTERM && (z->breed || z->leave || z->grace >= 0))
			sa.sa_handler = term_arrived;
		if (sa.sa_handler != SIG_DFL)
			(void)sigaction(sig, &sa, NULL);
	}
	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	sigprocmask(SIG_BLOCK, &term, &z->asleep);
	sigdelset(&z->asleep, SIGTERM);
}

static void
limit_life(const struct zoo *z)
{
	double left = z->until - now();

	if (left <= 0)
		_exit(125);
	if (lifelimit_set(left) == -1)
		die("timer");
}

static void
sleep_until(double then)
{
	struct timespec ts;
	double left;

	while ((left = then - now()) > 0) {
		ts.tv_sec = (time_t)left;
		ts.tv_nsec = (long)((left - (double)ts.tv_sec) * 1e9);
		nanosleep(&ts, NULL);
	}
}

static void
start_life(const struct zoo *z)
{
	terms = 0;
	limit_life(z);
	if (z->stop)
		raise(SIGSTOP);
}

static void
live(const struct zoo *z)
{
	int generation = 0;
	pid_t pid;

	for (;;) {
		while (terms == 0)
			sigsuspend(&z->asleep);
		terms--;
		if (z->breed && generation < GENERATIONS) {
			if ((pid = make()) == 0) {
				generation++;
				start_life(z);
				continue;
			}
			say("born", pid);
		}
		if (z->grace >= 0)
			sleep_until(now() + z->grace);
		if (z->grace >= 0 || z->leave)
			_exit(0);
	}
}

/* Tell the leader that this process is set up. */
static void
settle(struct zoo *z, const char *name)
{
	set_signals(z);
	say(name, getpid());
	if (write(z->ready[1], "", 1) == -1)
		die("report");
	close(z->ready[1]);
	start_life(z);
	live(z);
}

/* With an empty environment execvp(3) would not find us: look first. */
static void
find_self(const char *name, char *path, size_t size)
{
	const char *dir = getenv("PATH"), *end;

	snprintf(path, size, "%s", name);
	if (strchr(name, '/') != NULL)
		return;
	for (; dir != NULL; dir = *end == ':' ? end + 1 : NULL) {
		end = dir + strcspn(dir, ":");
		snprintf(path, size, "%.*s/%s", (int)(end - dir), dir, name);
		if (access(path, X_OK) == 0)
			return;
	}
}

static void
exec_bare(struct zoo *z, const char *name)
{
	char *none[] = { NULL };
	char path[4096], state[64];
	char **argv;
	size_t n;

	find_self(z->argv[0], path, sizeof(path));
	snprintf(state, sizeof(state), "%s:%d:%.3f", name, z->ready[1],
	    z->until);
	for (n = 0; z->argv[n] != NULL; n++)
		;
	if ((argv = calloc(n + 3, sizeof(*argv))) == NULL)
		die("calloc");
	argv[0] = path;
	argv[1] = (char []){ "-R" };
	argv[2] = state;
	memcpy(argv + 3, z->argv + 1, n * sizeof(*argv));
	execve(path, argv, none);
	die(path);
}

/* With -l the children outlive the leader, so pgterm has to kill them. */
static void
turn_child(struct zoo *z)
{
	if (z->leave) {
		ignore(z, "TERM");
		ignore(z, "INT");
		ignore(z, "HUP");
		z->leave = z->breed = 0;
		z->grace = -1;
	}
	z->zombies = 0;
}

/* -R passes on what the empty environment cannot hold. */
static void
resume(struct zoo *z)
{
	char *end;

	turn_child(z);
	end = z->runaway + strcspn(z->runaway, ":");
	*end++ = '\0';
	z->ready[1] = (int)strtol(end, &end, 10);
	z->until = strtod(end + 1, NULL);
	settle(z, z->runaway);
}

static void
run_away(struct zoo *z, const char *name)
{
	if (setsid() == -1)
		die("setsid");
	if (z->bare)
		exec_bare(z, name);
	settle(z, name);
}

static void
make_children(struct zoo *z)
{
	pid_t pid;
	int i;

	for (i = 0; i < z->children; i++)
		if (make() == 0) {
			close(z->ready[0]);
			settle(z, "child");
		}
	if (z->setsid && make() == 0) {
		close(z->ready[0]);
		run_away(z, "setsid");
	}
	if (!z->daemon)
		return;
	if ((pid = make()) == 0) {
		close(z->ready[0]);
		if (make() != 0)
			_exit(0);
		run_away(z, "daemon");
	}
	(void)waitpid(pid, NULL, 0);
}

static void
make_zombies(struct zoo *z)
{
	siginfo_t info;
	pid_t pid;
	int i;

	for (i = 0; i < z->zombies; i++) {
		if ((pid = make()) == 0)
			_exit(0);
		if (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT) == -1)
			die("waitid");
		say("zombie", pid);
	}
}

static void
await_children(struct zoo *z)
{
	int left = z->children + z->setsid + z->daemon;
	ssize_t n;
	char byte;

	close(z->ready[1]);
	while (left > 0) {
		if ((n = read(z->ready[0], &byte, 1)) == 0)
			_exit(125);	/* they have said why */
		if (n == 1)
			left--;
		else if (errno != EINTR)
			die("read");
	}
	close(z->ready[0]);
}

static void
lead(struct zoo *z)
{
	struct zoo child = *z;

	turn_child(&child);
	set_signals(z);
	limit_life(z);
	say("leader", getpid());
	make_children(&child);
	make_zombies(z);
	await_children(z);
	say("ready", 0);
	if (z->stop)
		raise(SIGSTOP);
	live(z);
}

static void
parse_options(struct zoo *z, int argc, char *argv[])
{
	int ch;

	while ((ch = getopt(argc, argv, "DelR:Sstf:g:i:T:z:")) != -1) {
		switch (ch) {
		case 'D': z->daemon = 1; break;
		case 'e': z->bare = 1; break;
		case 'f': z->children = (int)strtol(optarg, NULL, 10); break;
		case 'g': z->grace = strtod(optarg, NULL); break;
		case 'i': ignore(z, optarg); break;
		case 'l': z->leave = 1; break;
		case 'R': z->runaway = optarg; break;
		case 'S': z->stop = 1; break;
		case 's': z->setsid = 1; break;
		case 'T': z->until = now() + strtod(optarg, NULL); break;
		case 't': z->breed = 1; break;
		case 'z': z->zombies = (int)strtol(optarg, NULL, 10); break;
		default: usage();
		}
	}
	if (optind != argc)
		usage();
}

int
main(int argc, char *argv[])
{
	struct zoo z;

	memset(&z, 0, sizeof(z));
	sigemptyset(&z.ignored);
	z.argv = argv;
	z.grace = -1;
	z.until = now() + 60;
	parse_options(&z, argc, argv);
	if (z.runaway != NULL)
		resume(&z);
	if (pipe(z.ready) == -1)
		die("pipe");
	lead(&z);
	return 125;
}
