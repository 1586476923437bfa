/*
 * pgterm - end process groups: ask, wait until every member is gone, insist.
 */
#include "config.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "diag.h"
#include "ending.h"
#include "fdio.h"
#include "parse.h"
#include "schedule.h"
#include "signame.h"
#include "sigwake.h"
#include "targets.h"

enum {
	STATUS_GONE = 0,
	STATUS_ALIVE = 1,
	STATUS_USAGE = 2,
	STATUS_DENIED = 3
};

struct options {
	struct ending_options end;
	const char	*schedule;	/* of -R */
	int		sig;
	long long	grace;		/* ms */
	int		dry, quiet, verbose;
};

static void
usage(void)
{
	static const char text[] =
	    "usage: pgterm [-anqv] [-k secs] [-R schedule] [-s signal] "
	    "[target ...]\n";

	fputs(text, stderr);
	exit(STATUS_USAGE);
}

static void
finish_options(struct options *o)
{
	if (o->schedule == NULL)
		schedule_default(&o->end.schedule, o->sig, o->grace);
	else if (schedule_parse(&o->end.schedule, o->schedule) == -1)
		diag_diex(STATUS_USAGE, "%s: bad schedule", o->schedule);
}

static int
parse_options(int argc, char *argv[], struct options *o)
{
	int c;

	while ((c = getopt(argc, argv, "+ak:nqR:s:v")) != -1)
		switch (c) {
		case 'a':
			o->end.escapees = 1;
			break;
		case 'k':
			if (parse_seconds(optarg, strlen(optarg),
			    &o->grace) == -1)
				diag_diex(STATUS_USAGE, "%s: bad number of "
				    "seconds", optarg);
			break;
		case 'n':
			o->dry = 1;
			break;
		case 'q':
			o->quiet = 1;
			break;
		case 'R':
			o->schedule = optarg;
			break;
		case 's':
			o->sig = signame_number(optarg, strlen(optarg));
			if (o->sig <= 0)
				diag_diex(STATUS_USAGE, "%s: unknown signal",
				    optarg);
			break;
		case 'v':
			o->verbose = 1;
			break;
		default:
			usage();
		}
	finish_options(o);
	return optind;
}

static void
refuse(const char *text)
{
	if (errno == EPERM)
		diag_diex(STATUS_USAGE, "%s: will not end this group", text);
	if (errno == EINVAL || errno == ERANGE)
		diag_diex(STATUS_USAGE, "%s: not a process group", text);
	diag_die(STATUS_USAGE, "%s", text[0] != '\0' ? text :
	    "standard input");
}

/* Nothing is signalled before all targets are read and found good. */
static void
read_targets(struct targets *t, char *argv[])
{
	char field[TARGETS_FIELD], dash[] = "-", *only[] = { dash, NULL };

	if (argv[0] == NULL) {
		if (isatty(STDIN_FILENO))
			usage();
		argv = only;
	}
	for (; *argv != NULL; argv++)
		if (strcmp(*argv, "-") == 0) {
			if (targets_read(t, stdin, field) == -1)
				refuse(field);
		} else if (targets_add(t, *argv) == -1)
			refuse(*argv);
	targets_unite(t);
}

static const char *
word_of(enum ending_state state)
{
	switch (state) {
	case ENDING_GONE:
		return "gone";
	case ENDING_ENDED:
		return "ended";
	case ENDING_KILLED:
		return "killed";
	case ENDING_SENT:
		return "sent";
	case ENDING_DENIED:
		return "denied";
	case ENDING_UNVERIFIED:
		return "unverified";
	default:
		return "alive";
	}
}

/* A line for each target that has come to its end and was not told of. */
static void
tell(const struct ending *e, char *told)
{
	char handle[PROCID_TEXT], sig[SIGNAME_TEXT];
	size_t i;

	for (i = 0; i < e->n; i++) {
		const struct ending_target *t = &e->target[i];

		if (told[i] || t->state == ENDING_OPEN)
			continue;
		told[i] = 1;
		printf("%s\t%s\t%s\t%lld.%03lld\n",
		    procid_format(&t->group.id, 0, handle), word_of(t->state),
		    t->sent == 0 ? "-" : signame_text(t->sent, sig),
		    t->ms / 1000, t->ms % 1000);
	}
	fflush(stdout);
}

static void
print_seconds(long long ms)
{
	if (ms == PARSE_FOREVER)
		fputs("/forever", stdout);
	else if (ms > 0 && ms % 1000 != 0)
		printf("/%lld.%03lld", ms / 1000, ms % 1000);
	else if (ms != SCHEDULE_NOWAIT)
		printf("/%lld", ms / 1000);
}

/* What would be done to each target. */
static void
tell_plan(const struct ending *e, const struct schedule *s)
{
	char handle[PROCID_TEXT], sig[SIGNAME_TEXT];
	size_t i, k;

	for (i = 0; i < e->n; i++) {
		const struct ending_target *t = &e->target[i];

		printf("%s\t", procid_format(&t->group.id, 0, handle));
		if (t->state != ENDING_OPEN)
			fputs(word_of(t->state), stdout);
		for (k = 0; t->state == ENDING_OPEN && k < s->n; k++) {
			printf("%s%s", k > 0 ? "/" : "",
			    s->step[k].sig == 0 ? "0" :
			    signame_text(s->step[k].sig, sig));
			print_seconds(s->step[k].ms);
		}
		putchar('\n');
	}
}

static void
die_of(int sig)
{
	signal(sig, SIG_DFL);
	raise(sig);
	_exit(128 + sig);
}

static void
run(struct ending *e, const struct options *o, int sigfd, char *told)
{
	struct pollfd pfd = { .fd = sigfd, .events = POLLIN };
	int sig, interrupts = 0;

	ending_begin(e);
	for (;;) {
		if (o->verbose)
			tell(e, told);
		if (ending_done(e))
			return;
		if (ending_wait(e, &pfd, 1, -1) == -1 && errno != EINTR)
			diag_die(STATUS_DENIED, "cannot wait");
		while ((sig = sigwake_read(sigfd)) != 0)
			if (interrupts++ == 0)
				ending_hurry(e);
			else
				die_of(sig);
	}
}

static int
catch_interrupts(void)
{
	sigset_t set;
	int fd;

	/* A closed standard output must not become the pipe of signals. */
	if (fdio_fill_standard() == -1)
		diag_die(STATUS_DENIED, "/dev/null");
	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	fd = sigwake_open(&set);
	if (fd == -1)
		diag_die(STATUS_DENIED, "cannot catch signals");
	return fd;
}

/* Say what is left, and make the status of the worst. */
static int
conclude(const struct ending *e, int quiet)
{
	char handle[PROCID_TEXT];
	int status = STATUS_GONE;
	size_t i;

	for (i = 0; i < e->n; i++) {
		const struct ending_target *t = &e->target[i];
		const char *reason;
		int worst;

		if (t->state == ENDING_ALIVE) {
			worst = STATUS_ALIVE;
			reason = "still alive";
		} else if (t->state == ENDING_DENIED) {
			worst = STATUS_DENIED;
			reason = "still alive: Operation not permitted";
		} else if (t->state == ENDING_UNVERIFIED) {
			worst = STATUS_DENIED;
			reason = "cannot be verified, not signalled";
		} else
			continue;
		if (!quiet)
			diag_warnx("%s: %s", procid_format(&t->group.id, 0,
			    handle), reason);
		if (worst > status)
			status = worst;
	}
	return status;
}

int
main(int argc, char *argv[])
{
	struct options o = { .sig = SIGTERM, .grace = 5000 };
	struct targets targets = { 0 };
	struct ending e;
	char *told;
	int sigfd, status = STATUS_GONE;

	diag_init("pgterm");
	argv += parse_options(argc, argv, &o);
	read_targets(&targets, argv);
	sigfd = catch_interrupts();
	told = calloc(targets.n + 1, 1);
	if (told == NULL || ending_open(&e, targets.v, targets.n,
	    &o.end) == -1)
		diag_die(STATUS_DENIED, "cannot look at processes");
	if (o.dry) {
		tell_plan(&e, &o.end.schedule);
		diag_flush(STATUS_DENIED);
	} else {
		run(&e, &o, sigfd, told);
		status = conclude(&e, o.quiet);
	}
	ending_close(&e);
	targets_free(&targets);
	free(told);
	return status;
}
