/*
 * pgtrack - one record per named service; it stays correct after crashes,
 * reboots and PID reuse.
 */
#include "config.h"

#include <sys/stat.h>
#include <sys/types.h>

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "become.h"
#include "service/claim.h"
#include "base/deadline.h"
#include "service/record_make.h"
#include "base/diag.h"
#include "flush_output.h"
#include "base/fdio.h"
#include "base/parse.h"
#include "proc/proctable.h"
#include "service/record.h"
#include "service/recorddir.h"
#include "service/recordpath.h"
#include "service/service.h"
#include "pgtrack_names.h"
#include "pgtrack_view.h"

static const char help[] =
    "[-b] [-D dir] exec|add|get|list|status|wait|rm|gc|check [operand ...]\n"
    "Keep a record of each service.\n"
    "\n"
    "  exec name [--] command [arg ...]   record itself, become the command\n"
    "  add name target                    record a group that runs already\n"
    "  get name ...                       print the handles of those that run\n"
    "  list [-aHJ]                        print all that run; -a: all\n"
    "  status [name ...]                  print a table for people\n"
    "  wait [-T secs] name ...            wait until they are gone\n"
    "  rm [-f] name ...                   forget them; -f: also if they run\n"
    "  gc                                 forget all that are gone\n"
    "  check [-c] dir ...                 are they safe?  -c: make them\n"
    "\n"
    "  -b             print the number of a group, not its handle\n"
    "  -D dir         directory of the records\n";

struct options {
	const char	*dir;
	int		 bare, all, create, force, json, mute, plain;
	long long	 timeout;	/* ms */
	mode_t		 mask;		/* the caller's */
	struct chain	 chain;
};

struct subcommand {
	const char	*name, *synopsis, *options;
	int		 least, most;	/* operands */
	int		(*run)(struct options *, int, char *[]);
};

static int
run_exec(struct options *o, int argc, char *argv[])
{
	struct service s;
	struct record r;
	int dir, fd, status;
	char *path;

	(void)argc;
	pgtrack_names_name(&s, *argv++);
	if (strcmp(*argv, "--") == 0)
		argv++;
	if (*argv == NULL)
		diag_diex(STATUS_USAGE, "exec: no command");
	if (getpid() != getpgrp())
		diag_diex(STATUS_USAGE, "exec: not a group leader: try "
		    "`pgspawn -d -- pgtrack exec ...'");
	if (record_make_self(&r, argv) == -1)
		diag_diex(STATUS_UNKNOWN, "exec: cannot tell my own handle: "
		    "%s", proctable_reason(errno));
	dir = pgtrack_names_dir(&o->dir, 1);
	path = recordpath_file(o->dir, s.folder, RECORD_FILE);
	if (path == NULL || setenv("PGTRACK_RECORD", path, 1) == -1)
		diag_die(STATUS_UNKNOWN, "%s", o->dir);
	free(path);
	/*
	 * The exec closes the lock; if it fails, the record is removed first.
	 */
	if (claim_take(dir, &s, &r, &fd) == -1)
		return pgtrack_names_refuse(&s, o->bare);
	/* The command gets our environment, PGTRACK_RECORD, and our umask. */
	umask(o->mask);
	status = become(&o->chain, argv);
	/*
	 * If this process was the service before, the group may have other
	 * members.
	 */
	if (!service_runs(&s) && claim_drop(dir, &s, fd) == -1)
		diag_warn("%s", s.name);
	return status;
}

static int
run_add(struct options *o, int argc, char *argv[])
{
	const char *target = argv[1];
	enum service_state state;
	struct service s;
	struct handle id;
	struct record r;
	int dir, fd, lock;

	(void)argc;
	pgtrack_names_name(&s, argv[0]);
	if (handle_parse(&id, target) == -1)
		diag_diex(STATUS_USAGE, "%s: not a process group: the "
		    "target is a handle or a number, the name comes before it",
		    target);
	state = record_make_group(&r, &id);
	if (state == SERVICE_STALE)
		diag_diex(STATUS_STALE, "%s: no such process group", target);
	if (id.pid == 1 || id.pid == getpgrp())
		diag_diex(STATUS_USAGE, "%s: will not record this group",
		    target);
	if (state == SERVICE_UNVERIFIABLE && proctable_lack() != NULL)
		diag_diex(STATUS_UNKNOWN, "%s: unverifiable: %s", target,
		    proctable_lack());
	if (state == SERVICE_UNVERIFIABLE)
		diag_diex(STATUS_UNKNOWN, "%s: unverifiable: a later "
		    "group of that number would be taken for it", target);
	dir = pgtrack_names_dir(&o->dir, 1);
	lock = claim_take(dir, &s, &r, &fd);
	if (lock == -1)
		return pgtrack_names_refuse(&s, o->bare);
	close(lock);
	return STATUS_RUNNING;
}

/* Read the states of the named services; without names, of all. */
static struct service *
look_at(struct options *o, int argc, char *argv[], size_t *n)
{
	int dir = pgtrack_names_dir(&o->dir, 0);
	struct service *list = pgtrack_names_find(dir, argc, argv, n);

	service_look(dir, list, *n);
	return list;
}

static int
run_get(struct options *o, int argc, char *argv[])
{
	size_t n;
	struct service *list = look_at(o, argc, argv, &n);
	int status = pgtrack_view_get(list, n, o->bare);

	free(list);
	return status;
}

static int
run_list(struct options *o, int argc, char *argv[])
{
	size_t n;
	struct service *list = look_at(o, argc, argv, &n);
	int status;

	if (!o->json && !o->plain && isatty(STDOUT_FILENO))
		puts("#GROUP\tNAME\tSTATE");
	status = o->json ? pgtrack_view_json(list, n, o->all) :
	    pgtrack_view_list(list, n, o->bare, o->all);

	free(list);
	return status;
}

/* A folder without a record is shown only if it is named. */
static int
run_status(struct options *o, int argc, char *argv[])
{
	size_t n, i, shown = 0;
	struct service *list = look_at(o, argc, argv, &n);
	int status;

	for (i = 0; i < n; i++)
		if (argc > 0 || list[i].state != SERVICE_MISSING)
			list[shown++] = list[i];
	status = pgtrack_view_status(list, shown);
	free(list);
	return status;
}

static int
run_wait(struct options *o, int argc, char *argv[])
{
	struct deadline until = deadline_in(o->timeout);
	int worst = STATUS_RUNNING;
	size_t n, i;
	struct service *list = look_at(o, argc, argv, &n);

	for (i = 0; i < n; i++)
		if (list[i].state == SERVICE_UNSAFE)
			worst = pgtrack_names_status(&list[i]);
		else if (list[i].state == SERVICE_MISSING &&
		    pgtrack_names_missing(&list[i]) > worst)
			worst = STATUS_MISSING;
	fdio_raise_limit();
	if (service_wait(list, n, &until) == -1) {
		if (errno != ETIMEDOUT)
			diag_die(STATUS_UNKNOWN, "wait");
		worst = STATUS_TIMEOUT;
	}
	free(list);
	return worst;
}

static int
run_rm(struct options *o, int argc, char *argv[])
{
	int worst = STATUS_RUNNING, dir = pgtrack_names_dir(&o->dir, 0);
	size_t n, i;
	struct service *list = pgtrack_names_find(dir, argc, argv, &n);

	for (i = 0; i < n; i++) {
		int status = STATUS_RUNNING;

		if (dir == -1)
			status = pgtrack_names_missing(&list[i]);
		else if (claim_forget(dir, &list[i], o->force, 1) == -1)
			status = errno == ENOENT ?
			    pgtrack_names_missing(&list[i]) :
			    pgtrack_names_refuse(&list[i], o->bare);
		if (status > worst)
			worst = status;
	}
	free(list);
	return worst;
}

/* A service that is locked, or runs by now, is left alone. */
static int
run_gc(struct options *o, int argc, char *argv[])
{
	int worst = STATUS_RUNNING;
	int dir = pgtrack_names_dir(&o->dir, 0);
	size_t n, i;
	struct service *list = pgtrack_names_find(dir, argc, argv, &n);

	service_look(dir, list, n);
	for (i = 0; i < n; i++) {
		struct service *s = &list[i];
		int status = pgtrack_names_status(s);

		if ((status == STATUS_STALE || status == STATUS_MISSING) &&
		    claim_forget(dir, s, 0, 0) == -1 && errno != ENOENT &&
		    (errno != EEXIST || !service_runs(s)) &&
		    errno != EWOULDBLOCK)
			status = pgtrack_names_refuse(s, o->bare);
		if (status == STATUS_UNKNOWN)
			worst = status;
	}
	free(list);
	return worst;
}

/* Nothing is made before all directories have passed. */
static int
run_check(struct options *o, int argc, char *argv[])
{
	int worst = STATUS_RUNNING, i;

	for (i = 0; i < argc; i++) {
		int status = pgtrack_names_check(argv[i], o->create);

		if (status > worst)
			worst = status;
	}
	if (!o->create || worst == STATUS_UNKNOWN)
		return worst;
	for (i = 0; i < argc; i++)
		close(pgtrack_names_open(argv[i], 1));
	return STATUS_RUNNING;
}

#define COMMON	"[-b] [-D dir] "

static const struct subcommand	subcommands[] = {
	{ "exec", COMMON "exec name [--] command [arg ...]", "", 2, INT_MAX,
	    run_exec },
	{ "add", COMMON "add name target", "", 2, 2, run_add },
	{ "get", COMMON "get name ...", "", 1, INT_MAX, run_get },
	{ "list", COMMON "list [-aHJ]", "aHJ", 0, 0, run_list },
	{ "status", COMMON "status [name ...]", "", 0, INT_MAX, run_status },
	{ "wait", COMMON "wait [-T secs] name ...", "T:", 1, INT_MAX, run_wait },
	{ "rm", COMMON "rm [-f] name ...", "f", 1, INT_MAX, run_rm },
	{ "gc", COMMON "gc", "", 0, 0, run_gc },
	{ "check", "check [-c] dir ...", "c", 1, INT_MAX, run_check }
};

/* Parse the options of one subcommand, or the common ones. */
static int
parse_options(struct options *o, int argc, char *argv[], const char *letters)
{
	char plus[16];
	int c;

	/* A + keeps glibc from looking for options behind operands. */
	snprintf(plus, sizeof plus, "+:%s", letters);
	optind = 1;
	while ((c = diag_getopt(STATUS_USAGE, argc, argv, plus)) != -1)
		switch (c) {
		case 'a':
			o->all = 1;
			break;
		case 'b':
			o->bare = 1;
			break;
		case 'c':
			o->create = 1;
			break;
		case 'D':
			if (optarg[0] == '\0')
				diag_diex(STATUS_USAGE, "-D: no directory");
			o->dir = optarg;
			break;
		case 'f':
			o->force = 1;
			break;
		case 'H':
			o->plain = 1;
			break;
		case 'J':
			o->json = 1;
			break;
		case 'T':
			if (parse_seconds(optarg, strlen(optarg),
			    &o->timeout) == -1)
				diag_diex(STATUS_USAGE, "%s: "
				    PARSE_SECONDS_HINT, optarg);
			break;
		}
	return optind;
}

static int
run(struct options *o, int argc, char *argv[])
{
	const struct subcommand *sub = subcommands;
	size_t left = sizeof subcommands / sizeof subcommands[0];
	int operands;

	while (left > 0 && strcmp(sub->name, argv[0]) != 0)
		sub++, left--;
	if (left == 0)
		diag_usage(STATUS_USAGE, "%s: no such subcommand", argv[0]);
	if (sub->run != run_exec) {
		chain_end(&o->chain);
		diag_to(-1);
		if (o->mute)
			fdio_refuse_output();
	}
	diag_synopsis(sub->synopsis);
	operands = parse_options(o, argc, argv, sub->options);
	argc -= operands;
	argv += operands;
	if (argc < sub->least)
		diag_usage(STATUS_USAGE, "%s: operands are missing", sub->name);
	if (argc > sub->most)
		diag_usage(STATUS_USAGE, "%s: too many operands", sub->name);
	return sub->run(o, argc, argv);
}

int
main(int argc, char *argv[])
{
	struct options o = { .timeout = PARSE_FOREVER };
	int operands, status;

	diag_init("pgtrack");
	chain_join(&o.chain);
	diag_to(o.chain.fd);
	o.mute = fdio_fill_standard() == 1;
	o.mask = umask(077);
	diag_help(help);
	operands = parse_options(&o, argc, argv, "bD:");
	if (operands == argc)
		diag_usage(STATUS_USAGE, "no subcommand");
	status = run(&o, argc - operands, argv + operands);
	flush_output(STATUS_UNKNOWN);
	return status;
}
