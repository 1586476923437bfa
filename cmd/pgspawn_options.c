#include "config.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "group/cgroup.h"
#include "base/diag.h"
#include "base/exitcode.h"
#include "proc/marker.h"
#include "base/parse.h"
#include "conf/logsize.h"
#include "pgspawn_owner.h"
#include "pgspawn_options.h"
#include "pgspawn_readiness.h"
#include "base/signame.h"
#include "base/svcname.h"
#include "io/terminal.h"

static const char help[] =
    "[option ...] [--] command [arg ...]     (-h lists the options)\n"
    "Run a command as the leader of a session and process group of its own.\n"
    "\n"
    "  -A socket      offer the terminal of -t to pgattach\n"
    "  -a             end escapees, too\n"
    "  -b             print the number of the group, not its handle\n"
    "  -C dir         change to this directory first\n"
    "  -c cgroup      start the command in this control group\n"
    "  -d             detached: return when the command runs\n"
    "  -E             with -L: drop what clears the screen\n"
    "  -F fd          pass this descriptor on\n"
    "  -g COLSxROWS   size of the terminal of -t\n"
    "  -I idle|null   standard input: open and silent, or none\n"
    "  -i             inherit ignored signals and the signal mask\n"
    "  -K pid|parent  end the group when this process ends\n"
    "  -k secs        grace period between the signal of -s and KILL (5)\n"
    "  -L label       put this label in front of each line of output\n"
    "  -l             signal the leader first, and the rest once it has ended\n"
    "  -M text        append this line to the file of -o first\n"
    "  -m NAME=VALUE  put this marker into the environment\n"
    "  -n name        name of the command in messages\n"
    "  -O             leave the rest of the group alone when the command ends\n"
    "  -o file        append output and errors to this file\n"
    "  -p fd          print the handle to this descriptor\n"
    "  -r WHAT        ready when: notify, tcp:PORT, log:REGEX, a descriptor\n"
    "  -s signal      signal that asks the group to end (TERM)\n"
    "  -T secs        time to become ready (30)\n"
    "  -t             run the command on a terminal of its own\n"
    "  -v             report how the command starts and ends\n"
    "  -w format      append lines to the file of -o with the time in front\n"
    "  -x             in place: become the command\n"
    "  -z size,files  cut the file of -o into files of this size\n";

static int
open_fd(const char *text)
{
	int fd;

	if (parse_fd(text, &fd) == -1 || fcntl(fd, F_GETFD) == -1)
		diag_diex(EXITCODE_OWN, "%s: not an open descriptor", text);
	return fd;
}

static long long
seconds(const char *text)
{
	long long ms;

	if (parse_seconds(text, strlen(text), &ms) == -1)
		diag_diex(EXITCODE_OWN, "%s: " PARSE_SECONDS_HINT,
		    text);
	return ms;
}

static void
take_descriptor(const char *text, struct options *o)
{
	int *more = realloc(o->keep, (o->job.nkeep + 1) * sizeof *more);

	if (more == NULL)
		diag_die(EXITCODE_OWN, "descriptors");
	o->keep = more;
	o->job.keep = more;
	more[o->job.nkeep++] = open_fd(text);
}

/* argv keeps the markers, where the options stood: malloc(3) costs two pages. */
static void
take_marker(char *arg, struct options *o)
{
	o->job.marker[o->job.nmarker++] = arg;
	if (strncmp(arg, HANDLE_ENV "=", sizeof HANDLE_ENV) == 0)
		diag_diex(EXITCODE_OWN, HANDLE_ENV " is not for -m to set");
	if (!marker_valid(arg))
		diag_diex(EXITCODE_OWN, "%s: not a marker NAME=VALUE", arg);
}

static void
take_name(const char *arg, struct options *o)
{
	char folder[SVCNAME_SIZE];

	if (svcname_encode(arg, folder) == -1)
		diag_diex(EXITCODE_OWN, "%s: not a name", arg);
	o->name = arg;
	o->named = 1;
}

static void
take_cgroup(const char *arg, struct options *o)
{
	o->job.cgroup = arg;
	if (!cgroup_valid(arg))
		diag_diex(EXITCODE_OWN, "%s: not a path below our own cgroup",
		    arg);
}

static void
take_size(const char *arg, struct options *o)
{
	o->job.size = &o->size;
	if (terminal_parse_size(arg, &o->size) == -1)
		diag_diex(EXITCODE_OWN, "%s: not a size COLSxROWS", arg);
}

static void
take_input(const char *arg, struct options *o)
{
	if (strcmp(arg, "idle") == 0)
		o->job.input = JOB_INPUT_IDLE;
	else if (strcmp(arg, "null") == 0)
		o->job.input = JOB_INPUT_NULL;
	else
		diag_diex(EXITCODE_OWN, "-I %s: neither idle nor null", arg);
}

static void
take_signal(const char *arg, struct options *o)
{
	o->job.sig = signame_number(arg, strlen(arg));
	if (o->job.sig <= 0)
		diag_diex(EXITCODE_OWN, "%s: " SIGNAME_HINT, arg);
}

static void
take_limit(const char *arg, struct options *o)
{
	struct logsize limit;

	if (logsize_parse(&limit, arg) == -1)
		diag_diex(EXITCODE_OWN, "-z %s: not a size and a number of "
		    "files, such as 10M,5", arg);
	o->job.log.size = limit.bytes;
	o->job.log.files = limit.files;
}

static void
take_flag(int c, struct options *o)
{
	switch (c) {
	case 'a':
		o->job.escapees = 1;
		break;
	case 'b':
		o->bare = 1;
		break;
	case 'E':
		o->job.drops_clears = 1;
		break;
	case 'd':
		o->job.detached = 1;
		break;
	case 'l':
		o->job.leader = 1;
		break;
	case 'O':
		o->job.leave = 1;
		break;
	case 't':
		o->job.pty = 1;
		break;
	case 'v':
		o->verbose = 1;
		break;
	case 'x':
		o->in_place = 1;
		break;
	}
}

/* An option of the file of the output?  1 or 0. */
static int
take_log(int c, const char *arg, struct options *o)
{
	switch (c) {
	case 'M':
		o->job.mark = arg;
		return 1;
	case 'o':
		o->file = arg;
		return 1;
	case 'w':
		o->job.log.stamp = arg;
		return 1;
	case 'z':
		take_limit(arg, o);
		return 1;
	default:
		return 0;
	}
}

static void
take_option(int c, char *arg, struct options *o)
{
	switch (c) {
	case 'A':
		o->job.attach = arg;
		break;
	case 'C':
		o->job.directory = arg;
		break;
	case 'c':
		take_cgroup(arg, o);
		break;
	case 'F':
		take_descriptor(arg, o);
		break;
	case 'g':
		take_size(arg, o);
		break;
	case 'I':
		take_input(arg, o);
		break;
	case 'K':
		take_owner(arg, o);
		break;
	case 'k':
		o->job.grace = seconds(arg);
		break;
	case 'L':
		o->job.label = arg;
		break;
	case 'm':
		take_marker(arg, o);
		break;
	case 'n':
		take_name(arg, o);
		break;
	case 'p':
		o->handle_fd = open_fd(arg);
		break;
	case 'r':
		take_readiness(arg, o);
		break;
	case 's':
		take_signal(arg, o);
		break;
	case 'T':
		o->job.patience = seconds(arg);
		o->is_patient = 1;
		break;
	default:
		if (!take_log(c, arg, o))
			take_flag(c, o);
	}
}

static void
check_combination(const struct options *o)
{
	const struct job_options *j = &o->job;
	size_t i;

	if (o->in_place && (j->escapees || j->detached || j->pty ||
	    j->cgroup != NULL || j->owner != NULL || j->label != NULL ||
	    j->log.stamp != NULL || j->log.size > 0 || awaits_readiness(o)))
		diag_diex(EXITCODE_OWN,
		    "-x: not with -a -c -d -K -L -r -t -w -z");
	if (o->in_place && j->input == JOB_INPUT_IDLE)
		diag_diex(EXITCODE_OWN, "-I idle: not with -x: no process "
		    "would hold the pipe");
	if (j->drops_clears && j->label == NULL)
		diag_diex(EXITCODE_OWN, "-E: only with -L");
	if (j->size != NULL && !j->pty)
		diag_diex(EXITCODE_OWN, "-g: only with -t");
	if (o->file == NULL && (j->mark != NULL || j->log.stamp != NULL ||
	    j->log.size > 0))
		diag_diex(EXITCODE_OWN, "-M, -w and -z: only with -o");
	if (j->attach != NULL && !j->pty)
		diag_diex(EXITCODE_OWN, "-A: only with -t");
	if (o->is_patient && !awaits_readiness(o))
		diag_diex(EXITCODE_OWN, "-T: only with -r");
	for (i = 0; i < j->nkeep; i++)
		if (j->keep[i] == j->ready_fd)
			diag_diex(EXITCODE_OWN, "-r %d: not with -F %d",
			    j->ready_fd, j->ready_fd);
}

/*
 * The descriptor of -p is closed once the handle is written, those of -F once
 * the command has them.  A descriptor that is in both is duplicated.
 */
static void
part_descriptors(struct options *o)
{
	int fd = o->handle_fd, shared = 0;
	size_t i;

	for (i = 0; i < o->job.nkeep; i++)
		shared |= o->keep[i] == fd;
	if (!shared)
		return;
	o->handle_fd = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	if (o->handle_fd == -1)
		diag_die(EXITCODE_OWN, "%d", fd);
}

void
parse_options(int argc, char *argv[], const struct spawn_signals *before,
    struct options *o)
{
	static const char letters[] =
	    "+:A:abC:c:dEF:g:I:iK:k:L:lM:m:n:Oo:p:r:s:T:tvw:xz:";
	int c;

	diag_help(help);
	o->job.marker = argv + 1;
	while ((c = diag_getopt(EXITCODE_OWN, argc, argv, letters)) != -1)
		if (c == 'i')
			o->job.inherit = before;
		else
			take_option(c, optarg, o);
	o->job.argv = argv + optind;
	if (argv[optind] == NULL)
		diag_usage(EXITCODE_OWN, "no command");
	if (o->name == NULL)
		o->name = argv[optind];
	check_combination(o);
	part_descriptors(o);
	find_owner(o);
}

void
free_options(struct options *o)
{
	free(o->keep);
	linewatch_free(o->job.ready_log);
}
