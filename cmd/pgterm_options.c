#include "config.h"

#include <sys/stat.h>

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "group/cgroup.h"
#include "base/diag.h"
#include "base/fdio.h"
#include "base/parse.h"
#include "pgterm_options.h"
#include "conf/schedule.h"
#include "base/signame.h"

static const char help[] =
    "[-alnpqSv] [-c cgroup] [-k secs] [-R schedule] [-s signal] [target ...]\n"
    "End process groups, and wait until every member is gone.\n"
    "\n"
    "A target is a handle, the number of a group, or - for standard input;\n"
    ":PORT stands for the groups of the processes that listen on that port.\n"
    "\n"
    "  -a             end escapees, too\n"
    "  -c cgroup      end all processes of this control group\n"
    "  -k secs        grace period between the signal of -s and KILL (5)\n"
    "  -l             signal the leader first, and the rest once it has ended\n"
    "  -n             only print what would be done\n"
    "  -p             targets are processes: end their groups\n"
    "  -q             do not report what is left\n"
    "  -R schedule    send these, as in TERM/5/KILL/2\n"
    "  -S             end the whole session of each target\n"
    "  -s signal      first signal (TERM)\n"
    "  -v             print a line for each target\n";

/* The schedule: that of -R, or the default one with -s and -k. */
struct wanted {
	const char	*schedule;
	int		 sig;
	long long	 grace;		/* ms */
};

static long long
seconds(const char *text)
{
	long long ms;

	if (parse_seconds(text, strlen(text), &ms) == -1)
		diag_diex(STATUS_USAGE, "%s: " PARSE_SECONDS_HINT,
		    text);
	return ms;
}

static int
signal_number(const char *text)
{
	int sig = signame_number(text, strlen(text));

	if (sig <= 0)
		diag_diex(STATUS_USAGE, "%s: " SIGNAME_HINT, text);
	return sig;
}

static const char *
cgroup_name(const char *text, const char *before)
{
	if (!cgroup_valid(text))
		diag_diex(STATUS_USAGE, "cgroup %s: not a path below our own",
		    text);
	if (before != NULL)
		diag_diex(STATUS_USAGE, "cgroup %s: one is enough", text);
	return text;
}

static void
take_flag(int c, struct options *o)
{
	switch (c) {
	case 'a':
		o->end.escapees = 1;
		break;
	case 'l':
		o->end.leader = 1;
		break;
	case 'n':
		o->dry = 1;
		break;
	case 'p':
		o->targets.lost = &o->lost;
		break;
	case 'q':
		o->quiet = 1;
		break;
	case 'S':
		o->end.sessions = 1;
		break;
	case 'v':
		o->verbose = 1;
		break;
	}
}

static void
finish_schedule(struct schedule *s, const struct wanted *w)
{
	if (w->schedule == NULL)
		schedule_default(s, w->sig, w->grace);
	else if (schedule_parse(s, w->schedule) == -1)
		diag_diex(STATUS_USAGE, "%s: " SCHEDULE_HINT,
		    w->schedule);
}

/* Why rule 1 of targets.h forbids the group.  The kernel's threads have 0. */
static const char *
protection(const struct targets *t)
{
	if (t->forbidden < 1)
		return "has no number here";
	if (t->forbidden == 1)
		return "holds process 1";
	return t->forbidden == t->own ? "holds pgterm" :
	    "holds the session leader of pgterm";
}

static void
refuse(const char *text, const struct targets *t)
{
	if (errno == EXDEV)
		diag_diex(STATUS_USAGE, "%s is a member of group %ld: use -p",
		    text, (long)t->home);
	if (errno == EPERM)
		diag_diex(STATUS_USAGE, "%s: will not end this group: it %s",
		    text, protection(t));
	if (text[0] == ':' && errno == EINVAL)
		diag_diex(STATUS_USAGE, "%s: a port is an operand: pgterm %s",
		    text, text);
	if (errno == EINVAL || errno == ERANGE)
		diag_diex(STATUS_USAGE, "%s: not a process group; for a "
		    "service: pgtrack get NAME | pgterm; by name: pgscan -gn "
		    "NAME | pgterm", text);
	diag_die(text[0] != '\0' ? STATUS_DENIED : STATUS_USAGE, "%s",
	    text[0] != '\0' ? text : "standard input");
}

/* Each owner of the port stands for its group, as with -p. */
static void
add_port(struct options *o, const char *text)
{
	struct targets *t = &o->targets, *before = t->lost;
	size_t i = o->ports.n;
	char handle[HANDLE_TEXT];

	ports_find(&o->ports, text, text + 1);
	t->lost = &o->lost;
	for (; i < o->ports.n && o->ports.v[i].id.pid != 0; i++) {
		handle_format(&o->ports.v[i].id, 0, handle);
		if (targets_add(t, handle) == 0)
			continue;
		if (errno == EPERM)
			diag_diex(STATUS_USAGE, "%s: will not end the group "
			    "of process %ld: it %s; kill %ld ends the process "
			    "alone", text, (long)o->ports.v[i].id.pid,
			    protection(t), (long)o->ports.v[i].id.pid);
		diag_die(STATUS_DENIED, "%s: process %s", text, handle);
	}
	t->lost = before;
	if (o->ports.v[o->ports.n - 1].id.pid == 0 && !o->quiet &&
	    !o->dry && !o->verbose)
		diag_hint("nobody listens on port %d",
		    o->ports.v[o->ports.n - 1].port);
}

/* All targets are read and checked before the first signal is sent. */
static void
read_targets(struct options *o, char *argv[])
{
	struct targets *t = &o->targets;
	char field[TARGETS_FIELD];

	if (t->lost != NULL)
		fdio_raise_limit();
	for (; *argv != NULL; argv++)
		if (strcmp(*argv, "-") == 0) {
			if (targets_read(t, stdin, field) == -1)
				refuse(field, t);
		} else if (**argv == ':')
			add_port(o, *argv);
		else if (targets_add(t, *argv) == -1)
			refuse(*argv, t);
	targets_unite(t);
}

/* A list of targets is in a file or a pipe, perhaps an empty one. */
static int
is_device(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISCHR(st.st_mode);
}

/*
 * Turn a word -KILL, -SIGKILL or -9, as kill(1) has it, into -sKILL.  Refuse it
 * for a signal that does not end programs: KILL would follow.
 */
static char *
read_signal(char *word)
{
	int sig = word[0] == '-' && word[1] != '\0' ?
	    signame_number(word + 1, strlen(word + 1)) : -1;
	size_t size = strlen(word) + 2;
	char *option;

	if (sig <= 0)
		return word;
	if (sig != SIGKILL && sig != SIGTERM && sig != SIGINT &&
	    sig != SIGQUIT && sig != SIGABRT)
		diag_diex(STATUS_USAGE, "%s: -R %s sends it once; -s %s sends "
		    "it, and KILL after the grace period", word, word + 1,
		    word + 1);
	option = malloc(size);
	if (option == NULL)
		diag_die(STATUS_DENIED, "%s", word);
	snprintf(option, size, "-s%s", word + 1);
	return option;
}

/* As diag_getopt, after read_signal has changed the next word. */
static int
next_option(int argc, char *argv[], const char *known)
{
	if (optind < argc)
		argv[optind] = read_signal(argv[optind]);
	return diag_getopt(STATUS_USAGE, argc, argv, known);
}

void
parse_options(int argc, char *argv[], struct options *o)
{
	struct wanted w = { .sig = SIGTERM, .grace = 5000 };
	char dash[] = "-", *only[] = { dash, NULL };
	int c;

	memset(o, 0, sizeof *o);
	diag_help(help);
	while ((c = next_option(argc, argv,
	    "+:ac:k:lnpqR:Ss:v")) != -1)
		switch (c) {
		case 'c':
			o->cgroup = cgroup_name(optarg, o->cgroup);
			break;
		case 'k':
			w.grace = seconds(optarg);
			break;
		case 'R':
			w.schedule = optarg;
			break;
		case 's':
			w.sig = signal_number(optarg);
			break;
		default:
			take_flag(c, o);
		}
	finish_schedule(&o->end.schedule, &w);
	argv += optind;
	if (*argv == NULL && o->cgroup == NULL) {
		if (isatty(STDIN_FILENO))
			diag_usage(STATUS_USAGE, "no target");
		argv = only;
	}
	read_targets(o, argv);
	if (argv == only && o->targets.n == 0 && !o->quiet &&
	    is_device(STDIN_FILENO))
		diag_warnx("nothing to end: no target, and standard input is "
		    "a device");
}

void
free_options(struct options *o)
{
	targets_free(&o->targets);
	targets_free(&o->lost);
	ports_free(&o->ports);
}
