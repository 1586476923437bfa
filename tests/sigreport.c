/*
 * sigreport [-n count] [-T secs] [-u uid] [-x signal]
 *
 * Prints "ready PID", then the name of each signal that arrives, or its number
 * if it has no name: one line and one write(2) each. It catches every signal
 * that can be caught. Of signals that arrive together the lowest is printed
 * first, and equal ones once.
 *	-n	ends with status 0 after that many signals
 *	-T	life limit (60 s): after it the process is killed
 *	-u	becomes that user first, without an exec, so it cannot be dumped
 *	-x	ends with status 0 after this signal
 *
 * The signals are blocked and fetched with sigwait(3), so none is lost between
 * "ready" and the first of them, and no code runs in a handler.
 */
#include "config.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lifelimit.h"
#include "signals.h"

static void
usage(void)
{
	fprintf(stderr, "usage: sigreport [-n count] [-T secs] [-u uid] "
	    "[-x signal]\n");
	exit(2);
}

static const char *
name_of(int sig)
{
	static char number[16];
	size_t i;

	for (i = 0; i < NSIGNALS; i++)
		if (signals[i].number == sig)
			return signals[i].name;
	snprintf(number, sizeof(number), "%d", sig);
	return number;
}

static void
caught(int sig)
{
	(void)sig;
}

/* A signal that is ignored would be discarded although it is blocked. */
static void
catch_all(sigset_t *all)
{
	struct sigaction sa;
	int sig;

	sigfillset(all);
	sigprocmask(SIG_SETMASK, all, NULL);
	memset(&sa, 0, sizeof(sa));
	sa.sa_handler = caught;
	for (sig = 1; sig < NSIG; sig++)
		(void)sigaction(sig, &sa, NULL);
}

static int
say(const char *line)
{
	size_t len = strlen(line);

	return write(STDOUT_FILENO, line, len) == (ssize_t)len ? 0 : -1;
}

int
main(int argc, char *argv[])
{
	const char *last = NULL;
	char line[32];
	double limit = 60;
	long count = 0, seen;
	sigset_t all;
	int ch, sig;

	while ((ch = getopt(argc, argv, "n:T:u:x:")) != -1) {
		if (ch == 'n')
			count = strtol(optarg, NULL, 10);
		else if (ch == 'T')
			limit = strtod(optarg, NULL);
		else if (ch == 'u' &&
		    setuid((uid_t)strtol(optarg, NULL, 10)) == -1)
			return 1;
		else if (ch == 'u')
			continue;
		else if (ch == 'x')
			last = optarg;
		else
			usage();
	}
	if (optind != argc)
		usage();
	catch_all(&all);
	if (lifelimit_set(limit) == -1)
		return 1;
	snprintf(line, sizeof(line), "ready %ld\n", (long)getpid());
	if (say(line) == -1)
		return 1;
	for (seen = 1; sigwait(&all, &sig) == 0; seen++) {
		snprintf(line, sizeof(line), "%s\n", name_of(sig));
		if (say(line) == -1)
			return 1;
		if (seen == count || (last && strcmp(last, name_of(sig)) == 0))
			return 0;
	}
	return 1;
}
