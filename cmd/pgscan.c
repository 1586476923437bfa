/* pgscan - find processes by an environment marker. */
#include "config.h"

#include <sys/types.h>

#include <errno.h>
#include <pwd.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "scan/carrier.h"
#include "base/diag.h"
#include "flush_output.h"
#include "proc/groupset.h"
#include "proc/marker.h"
#include "scan/orphan.h"
#include "base/parse.h"
#include "pgscan_print.h"
#include "pgscan_select.h"
#include "proc/handle.h"
#include "proc/proctable.h"

static const char help[] =
    "[-abcegHJqv] [-A | -u user] [-n name] [-P port] "
    "[NAME[=PATTERN] | handle ...]\n"
    "Find processes by a marker in their environment: orphans, without -a.\n"
    "\n"
    "  -A             processes of all users\n"
    "  -a             all that carry the marker, not only orphans\n"
    "  -b             print the number of a group, not its handle\n"
    "  -c             print only how many there are\n"
    "  -e             fail if an environment could not be read\n"
    "  -g             print only the handle of each group\n"
    "  -H             print no header, which a terminal would get\n"
    "  -J             print JSON\n"
    "  -n program     processes of this name, a pattern; also unmarked ones\n"
    "  -P port        processes that listen on it; also unmarked ones\n"
    "  -q             print nothing\n"
    "  -u user        processes of this user\n"
    "  -v             report what could not be read, and other users\n";

enum { FOUND = 0, NONE = 1, USAGE = 2, FAILED = 3 };

struct options {
	int	all, anyuser, count, quiet;
	int	strict, verbose;
	uid_t	uid;
	struct marker *marker;
	size_t	nmarkers;
	struct selection select;
	struct printer print;
};

static uid_t
parse_user(const char *text)
{
	const struct passwd *user = getpwnam(text);
	uint64_t n;

	if (user != NULL)
		return user->pw_uid;
	if (parse_number(text, strlen(text), (uid_t)-1 - 1, &n) == -1)
		diag_diex(USAGE, "%s: no such user", text);
	return (uid_t)n;
}

static void
parse_options(struct options *opt, int argc, char *argv[])
{
	int c, user = 0;

	memset(opt, 0, sizeof *opt);
	opt->uid = geteuid();
	opt->print.header = isatty(STDOUT_FILENO);
	diag_help(help);
	while ((c = diag_getopt(USAGE, argc, argv, ":abcegHJn:P:qvAu:")) != -1) {
		switch (c) {
		case 'a': opt->all = 1; break;
		case 'b': opt->print.bare = 1; break;
		case 'c': opt->count = 1; break;
		case 'e': opt->strict = 1; break;
		case 'g': opt->print.groups = 1; break;
		case 'H': opt->print.header = 0; break;
		case 'J': opt->print.json = 1; break;
		case 'n': opt->select.name = optarg; break;
		case 'P': select_port(&opt->select, optarg); break;
		case 'q': opt->quiet = 1; break;
		case 'v': opt->verbose = 1; break;
		case 'A': opt->anyuser = 1; break;
		case 'u': opt->uid = parse_user(optarg); user = 1; break;
		}
	}
	if (user && opt->anyuser)
		diag_usage(USAGE, "-A and -u exclude each other");
	/* A port may belong to a process of any user. */
	opt->anyuser |= opt->select.by_port && !user;
}

static int
is_selective(const struct options *opt)
{
	return opt->select.name != NULL || opt->select.by_port;
}

/* A process with an empty lineage is not found by default (pattern ?*). */
static void
parse_markers(struct options *opt, int argc, char *argv[])
{
	static char started[] = HANDLE_ENV "=?*";
	static char *lineage[] = { started };
	size_t i, n = argc > 0 ? (size_t)argc : 1;

	if (argc == 0 && is_selective(opt))
		n = 0;
	else if (argc == 0)
		argv = lineage;
	if ((opt->marker = calloc(n + 1, sizeof *opt->marker)) == NULL)
		diag_die(FAILED, "scan");
	opt->nmarkers = n;
	for (i = 0; i < n; i++) {
		if (marker_parse(&opt->marker[i], argv[i]) == 0)
			continue;
		if (errno != EINVAL)
			diag_die(FAILED, "scan");
		diag_diex(USAGE, "%s: not NAME, NAME=PATTERN or a handle",
		    argv[i]);
	}
}

static void
free_markers(struct options *opt)
{
	while (opt->nmarkers > 0)
		marker_free(&opt->marker[--opt->nmarkers]);
	free(opt->marker);
}

/* The PIDs of this process and its ancestors, then 0. */
static pid_t *
find_kin(void)
{
	struct procinfo info = { .ppid = getpid() };
	size_t n = 0, size = 0;
	pid_t *kin = NULL;

	for (;;) {
		if (n == size) {
			size += 64;
			if ((kin = realloc(kin, size * sizeof *kin)) == NULL)
				diag_die(FAILED, "scan");
		}
		kin[n++] = info.ppid;
		if (info.ppid == 0)
			return kin;
		if (proctable_info(info.ppid, &info) == -1)
			info.ppid = 0;
	}
}

static void
find_carriers(const struct options *opt, struct carriers *found)
{
	pid_t *kin = find_kin();
	struct carrier_query query = {
		.marker = opt->marker, .nmarkers = opt->nmarkers,
		.anyuser = opt->anyuser, .uid = opt->uid, .except = kin,
		.unreadable = opt->verbose || opt->strict,
		.selects = is_selective(opt) ? select_process : NULL,
		.arg = &opt->select
	};

	if (carriers_find(found, &query) == -1)
		diag_diex(FAILED, "processes: %s", proctable_reason(errno));
	free(kin);
}

/*
 * Another user can set any marker: name the user if the process is another
 * user's.
 */
static int
name_owner(const char *handle, pid_t pid)
{
	const struct passwd *user;
	uid_t uid;

	if (proctable_owner(pid, &uid) == -1 || uid == geteuid())
		return 0;
	if ((user = getpwuid(uid)) != NULL)
		diag_warnx("%s: of user %s", handle, user->pw_name);
	else
		diag_warnx("%s: of user %lu", handle, (unsigned long)uid);
	return 1;
}

/*
 * Print a carrier.  Return 1 if it counts: with -g only the first of a group.
 */
static int
list_carrier(struct options *opt, const struct carrier *c,
    struct group *group, int state)
{
	char handle[HANDLE_TEXT];
	int first = !group->listed;

	if (opt->print.groups && group->id.pid == 0)
		return 0;
	group->listed = 1;
	if (opt->quiet || opt->count)
		return first || !opt->print.groups;
	handle_format(&group->id, opt->print.bare, handle);
	if (opt->verbose && !group->owned)
		group->owned = name_owner(handle, c->info.pid);
	if (first || !opt->print.groups)
		print_carrier(&opt->print, c, &group->id, state);
	return first || !opt->print.groups;
}

static size_t
list_carriers(struct options *opt, struct carriers *found)
{
	struct groupset groups = { 0 };
	struct orphan judge = { .marker = opt->marker,
	    .nmarkers = opt->nmarkers, .table = &groups.table };
	size_t i, n = 0;

	for (i = 0; i < found->n; i++) {
		struct carrier *c = &found->carrier[i];
		struct group *group = groupset_find(&groups, &c->info);
		int state;

		if (group == NULL && errno != ESRCH)
			diag_die(FAILED, "group %ld", (long)c->info.pgid);
		if (group == NULL)
			continue;
		if (opt->nmarkers == 0) {
			n += (size_t)list_carrier(opt, c, group, PRINT_UNMARKED);
			continue;
		}
		state = orphan_state(&judge, &c->info, &group->id, c->record);
		if (state == -1 && errno != ESRCH)
			diag_die(FAILED, "process %ld", (long)c->info.pid);
		if (state == ORPHAN_ALONE || (state != -1 && opt->all))
			n += (size_t)list_carrier(opt, c, group, state);
	}
	groupset_free(&groups);
	orphan_free(&judge);
	return n;
}

/* Tell a person what else to look for. */
static void
hint(const struct options *opt)
{
	if (is_selective(opt) && opt->anyuser)
		diag_hint("no such process");
	else if (is_selective(opt))
		diag_hint("no such process; -A looks at those of all users");
	else if (opt->all)
		diag_hint("no process has that in its environment; -n NAME "
		    "finds programs by name");
	else
		diag_hint("no orphan has that in its environment; -a looks at "
		    "all processes, -n NAME finds programs by name");
}

static int
conclude(const struct options *opt, size_t listed, size_t unreadable)
{
	if (opt->count && !opt->quiet)
		printf("%zu\n", listed);
	flush_output(FAILED);
	if (unreadable > 0)
		diag_warnx("%zu environment%s could not be read", unreadable,
		    unreadable == 1 ? "" : "s");
	if (unreadable > 0 && opt->strict)
		return FAILED;
	if (listed == 0 && !opt->count && !opt->quiet)
		hint(opt);
	return listed > 0 ? FOUND : NONE;
}

int
main(int argc, char *argv[])
{
	struct options opt;
	struct carriers found = { 0 };
	size_t listed;
	int status;

	diag_init("pgscan");
	parse_options(&opt, argc, argv);
	parse_markers(&opt, argc - optind, argv + optind);
	find_carriers(&opt, &found);
	if (!opt.count && !opt.quiet)
		print_begin(&opt.print);
	listed = list_carriers(&opt, &found);
	if (!opt.count && !opt.quiet)
		print_end(&opt.print);
	status = conclude(&opt, listed, found.unreadable);
	carriers_free(&found);
	free_markers(&opt);
	ports_free(&opt.select.ports);
	return status;
}
