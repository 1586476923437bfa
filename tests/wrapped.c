/*
 * wrapped FIFO command [arg ...]
 * wrapped -l FIFO
 *
 * Measures a wrapper, a program between a supervisor and its command. The
 * command given is the wrapper; its arguments contain "wrapped -l FIFO", the
 * command that the wrapper runs. Prints one line of tab-separated fields:
 *	the place of the command: itself (the wrapper became it), same (the group
 *	of the wrapper), group or session (one of its own)
 *	the effect of TERM, INT and HUP that only the wrapper gets: yes (the command
 *	got it), the name of another signal that the command got, left (the wrapper
 *	ended, the command lives), deaf (both live), ends (both ended)
 *	the status of the wrapper if the command exits with 7, dies by TERM or by
 *	KILL: a status, sigN, or runs (the wrapper lives on)
 * WRAPPED_PATIENCE=N: wait N times as long for each effect.
 *
 * The command holds the FIFO open as long as it lives, and ends once it has no
 * reader; the character in FIFO.how says what it does. With i it ignores all
 * signals and needs no reader: FIFO.pid appears once it runs, and it holds a
 * lock on FIFO.lock as long as it lives.
 */
#include "config.h"

#include <sys/file.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/wait.h>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "lifelimit.h"

enum {
	STARTED = 20000,	/* ms: the command has to run by then */
	START = 60,		/* ms until a wrapper waits for its command */
	SETTLED = 100,		/* then a dead wrapper forwards nothing */
	OBEYED = 500,		/* ... and one that lives does not, either */
	ENDED = 700		/* after which a wrapper is said to go on */
};

struct run {
	pid_t	pid;		/* of the wrapper */
	int	fifo;
	int	status;		/* once it is dead */
	int	dead;
	int	gone;		/* the command is */
};

static const char	*path;
static int		 patience = 1;
static int		 heard;		/* of the command, to write to */

static void
die(const char *what)
{
	perror(what);
	exit(125);
}

static char *
beside(const char *ending)
{
	static char name[4096];

	snprintf(name, sizeof name, "%s.%s", path, ending);
	return name;
}

static void
put_file(const char *name, const char *text)
{
	FILE *f = fopen(name, "w");

	if (f == NULL || fputs(text, f) == EOF || fclose(f) == EOF)
		die(name);
}

/* --- the command --- */

/* Two digits and a newline. */
static void
tell(int sig)
{
	char line[3];
	ssize_t n;

	line[0] = (char)('0' + sig / 10 % 10);
	line[1] = (char)('0' + sig % 10);
	line[2] = '\n';
	n = write(heard, line, sizeof line);
	(void)n;
}

/* A signal that was ignored at the exec stays ignored. */
static void
tell_of_signals(void)
{
	struct sigaction sa, was;
	int sig;

	memset(&sa, 0, sizeof sa);
	sa.sa_handler = tell;
	sa.sa_flags = SA_RESTART;
	for (sig = 1; sig < NSIG; sig++)
		if (sig != SIGCHLD && sig != SIGCONT && sig != SIGPIPE &&
		    sigaction(sig, NULL, &was) == 0 &&
		    was.sa_handler != SIG_IGN)
			sigaction(sig, &sa, NULL);
	signal(SIGPIPE, SIG_IGN);
}

static void
report(void)
{
	struct pollfd pfd = { .fd = heard };
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	while (poll(&pfd, 1, 20) <= 0)
		continue;
}

static int
be_command(void)
{
	struct sigaction sa = { .sa_handler = SIG_DFL };
	sigset_t all, none;
	char pid[32], name[4096];
	FILE *f = fopen(beside("how"), "r");
	int how = f != NULL ? getc(f) : EOF;

	if (how == EOF)
		die("how");
	sigfillset(&all);
	sigemptyset(&none);
	sigprocmask(SIG_BLOCK, &all, NULL);
	if (how == 'i') {
		heard = open(beside("lock"), O_RDWR | O_CREAT | O_CLOEXEC,
		    0666);
		if (heard == -1 || flock(heard, LOCK_EX | LOCK_NB) == -1)
			die("lock");
		snprintf(pid, sizeof pid, "%ld\n", (long)getpid());
		put_file(beside("new"), pid);
		snprintf(name, sizeof name, "%s.pid", path);
		rename(beside("new"), name);
		for (;;)
			pause();
	}
	if ((heard = open(path, O_WRONLY | O_CLOEXEC)) == -1)
		die(path);
	if (how == 'r')
		tell_of_signals();
	dprintf(heard, "%ld %ld %ld\n", (long)getpid(), (long)getpgrp(),
	    (long)getsid(0));
	if (how == 'r')
		report();
	if (how == 'T' || how == 'K') {
		sigaction(SIGTERM, &sa, NULL);
		sigprocmask(SIG_SETMASK, &none, NULL);
		kill(getpid(), how == 'T' ? SIGTERM : SIGKILL);
	}
	return 7;
}

/* --- the measurement --- */

static long long
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (long long)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Look again: a line of the command, in text, or nothing within 10 ms. */
static int
look(struct run *r, char *text, size_t size)
{
	struct pollfd pfd = { .fd = r->gone ? -1 : r->fifo, .events = POLLIN };
	ssize_t n = 0;

	if (!r->dead && waitpid(r->pid, &r->status, WNOHANG) == r->pid)
		r->dead = 1;
	if (poll(&pfd, 1, 10) == 1 &&
	    (n = read(r->fifo, text, size - 1)) == 0)
		r->gone = 1;
	text[n > 0 ? n : 0] = '\0';
	return n > 0;
}

/* Start it; the first line is in text. */
static void
begin(struct run *r, char *how, char *argv[], char *text, size_t size)
{
	long long until = now() + STARTED;

	put_file(beside("how"), how);
	memset(r, 0, sizeof *r);
	unlink(path);		/* an earlier command may still hold it */
	if (mkfifo(path, 0666) == -1)
		die(path);
	if ((r->fifo = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)) == -1)
		die(path);
	r->pid = fork();
	if (r->pid == 0) {
		int null = open("/dev/null", O_RDWR), errfd = dup(2), i;

		fcntl(errfd, F_SETFD, FD_CLOEXEC);
		for (i = 0; i < 3; i++)
			dup2(null, i);
		setpgid(0, 0);
		execvp(argv[0], argv);
		dup2(errfd, 2);
		die(argv[0]);
	}
	setpgid(r->pid, r->pid);
	while (!look(r, text, size)) {
		r->gone = 0;	/* it had not begun */
		if (now() > until ||
		    (r->dead && now() > until - STARTED + ENDED))
			die("not started");
		poll(NULL, 0, 5);
	}
}

static void
finish(struct run *r)
{
	close(r->fifo);
	kill(-r->pid, SIGKILL);
	if (!r->dead) {
		kill(r->pid, SIGKILL);
		waitpid(r->pid, NULL, 0);
	}
}

static const char *
place(const struct run *r, const char *text)
{
	long pid, pgid, sid;

	if (sscanf(text, "%ld %ld %ld", &pid, &pgid, &sid) != 3)
		return "?";
	if (pid == r->pid)
		return "itself";
	/* 0: that of another PID namespace. */
	if (pgid == r->pid || pgid == 0)
		return "same";
	return sid == getsid(0) || sid == 0 ? "group" : "session";
}

static const char *
name_of(int sig)
{
	return sig == SIGTERM ? "TERM" : sig == SIGINT ? "INT" :
	    sig == SIGHUP ? "HUP" : "another";
}

static const char *
passes(int sig, char *argv[], const char **where)
{
	char how[] = "r", text[256];
	struct run r;
	long long until, settled = 0;
	const char *verdict = NULL;

	begin(&r, how, argv, text, sizeof text);
	*where = place(&r, text);
	poll(NULL, 0, START);
	kill(r.pid, sig);
	until = now() + OBEYED * patience;
	while (verdict == NULL) {
		if (look(&r, text, sizeof text))
			verdict = atoi(text) == sig ? "yes" :
			    name_of(atoi(text));
		else if (r.dead && settled == 0)
			settled = now() + SETTLED * patience;
		else if (r.dead && now() > settled)
			verdict = r.gone ? "ends" : "left";
		else if (now() > until)
			verdict = "deaf";
	}
	finish(&r);
	return verdict;
}

static void
print_status(char *how, char *argv[], const char *end)
{
	char text[256];
	struct run r;
	long long until;

	begin(&r, how, argv, text, sizeof text);
	until = now() + ENDED * patience;
	while (!r.dead && now() < until) {
		look(&r, text, sizeof text);
		poll(NULL, 0, 5);
	}
	if (!r.dead)
		printf("runs%s", end);
	else if (WIFEXITED(r.status))
		printf("%d%s", WEXITSTATUS(r.status), end);
	else
		printf("sig%d%s", WTERMSIG(r.status), end);
	finish(&r);
}

int
main(int argc, char *argv[])
{
	char seven[] = "7", term[] = "T", killed[] = "K";
	const char *where, *got[3];
	int i;
	static const int sigs[3] = { SIGTERM, SIGINT, SIGHUP };

	if (argc < 3 || lifelimit_set(60) == -1)
		return 125;
	if (strcmp(argv[1], "-l") == 0) {
		path = argv[2];
		return be_command();
	}
	if (getenv("WRAPPED_PATIENCE") != NULL)
		patience = atoi(getenv("WRAPPED_PATIENCE"));
	path = argv[1];
	for (i = 0; i < 3; i++)
		got[i] = passes(sigs[i], argv + 2, &where);
	printf("%s\t%s %s %s\t", where, got[0], got[1], got[2]);
	fflush(stdout);
	print_status(seven, argv + 2, " ");
	print_status(term, argv + 2, " ");
	print_status(killed, argv + 2, "\n");
	return 0;
}
