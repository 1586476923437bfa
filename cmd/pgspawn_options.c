#include "config.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cgroup.h"
#include "diag.h"
#include "envfile.h"
#include "exitcode.h"
#include "marker.h"
#include "parse.h"
#include "pgspawn_keeper.h"
#include "pgspawn_options.h"
#include "pgspawn_procfile.h"
#include "pgspawn_readiness.h"
#include "pgspawn_wish.h"
#include "signame.h"
#include "svcname.h"
#include "terminal.h"

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
		diag_diex(EXITCODE_OWN, "%s: bad number of seconds", text);
	return ms;
}

/*
 * Room for n more markers.  Who asks for none has no heap, and does not keep
 * one while he waits.
 */
static void
make_room(struct options *o, size_t n)
{
	char **more;

	if (n == 0)
		return;
	more = realloc(o->job.marker, (o->job.nmarker + n) * sizeof *more);
	if (more == NULL)
		diag_die(EXITCODE_OWN, "markers");
	o->job.marker = more;
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

/* The entries live as long as we do. */
static void
take_environment(const char *path, struct options *o)
{
	struct job_options *j = &o->job;
	struct envfile file;
	size_t i;

	if (envfile_read(&file, path, diag_fault) == -1)
		diag_die(EXITCODE_OWN, "%s", path);
	make_room(o, file.n);
	for (i = 0; i < file.n; i++)
		if (strncmp(file.entry[i], PROCID_ENV "=",
		    sizeof PROCID_ENV) != 0)
			j->marker[j->nmarker++] = file.entry[i];
	free(file.entry);
}

void
add_entry(struct options *o, char *entry)
{
	make_room(o, 1);
	o->job.marker[o->job.nmarker++] = entry;
}

static void
take_marker(char *arg, struct options *o)
{
	add_entry(o, arg);
	if (strncmp(arg, PROCID_ENV "=", sizeof PROCID_ENV) == 0)
		diag_diex(EXITCODE_OWN, PROCID_ENV " is not for -m to set");
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

/* Those of services, and of commands that tell when they are ready. */
static void
take_service_option(int c, char *arg, struct options *o)
{
	switch (c) {
	case 'E':
		o->events = open_fd(arg);
		break;
	case 'f':
		o->procfile.path = arg;
		break;
	case 'N':
		o->numbers = arg;
		break;
	case 'R':
		o->restarts = 1;
		if (restart_parse(&o->restart, arg) == -1)
			diag_diex(EXITCODE_OWN, "%s: not a policy", arg);
		break;
	case 'S':
		o->state = open(arg, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (o->state == -1)
			diag_die(EXITCODE_OWN, "%s", arg);
		break;
	case 'W':
		take_wish(arg, o);
		break;
	case 'r':
		take_readiness(arg, o);
		break;
	case 'T':
		o->job.patience = seconds(arg);
		o->is_patient = 1;
		break;
	}
}

static void
take_option(int c, char *arg, struct options *o)
{
	switch (c) {
	case 'C':
		o->job.directory = arg;
		break;
	case 'c':
		o->job.cgroup = arg;
		if (!cgroup_valid(arg))
			diag_diex(EXITCODE_OWN,
			    "%s: not a path below our own cgroup", arg);
		break;
	case 'e':
		take_environment(arg, o);
		break;
	case 'F':
		take_descriptor(arg, o);
		break;
	case 'g':
		o->job.size = &o->size;
		if (terminal_parse_size(arg, &o->size) == -1)
			diag_diex(EXITCODE_OWN, "%s: not a size COLSxROWS",
			    arg);
		break;
	case 'K':
		take_keeper(arg, o);
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
	case 'o':
		o->file = arg;
		break;
	case 'p':
		o->handle_fd = open_fd(arg);
		break;
	case 'Q':
		o->queue = arg;
		break;
	case 's':
		o->job.sig = signame_number(arg, strlen(arg));
		if (o->job.sig <= 0)
			diag_diex(EXITCODE_OWN, "%s: unknown signal", arg);
		break;
	default:
		take_service_option(c, arg, o);
	}
}

static void
check_combination(const struct options *o)
{
	const struct job_options *j = &o->job;
	size_t i;

	if (o->in_place && (j->escapees || j->detached || j->pty ||
	    j->cgroup != NULL || j->keeper != NULL || j->label != NULL ||
	    awaits_readiness(o) || o->restarts))
		diag_diex(EXITCODE_OWN, "-x goes with none of -a -c -d -K -L "
		    "-R -r -t");
	if (j->detached && o->restarts)
		diag_diex(EXITCODE_OWN, "-d does not go with -R");
	if (o->queue != NULL && (j->detached || o->in_place ||
	    o->restart.policy != RESTART_NO || o->state != -1))
		diag_diex(EXITCODE_OWN, "-Q goes with none of -d -R -S -x");
	if (o->numbers[0] != '\0' && (o->procfile.path == NULL ||
	    o->service != NULL))
		diag_diex(EXITCODE_OWN, "-N goes with -f and no service only");
	if (o->state != -1 && (j->detached || o->in_place))
		diag_diex(EXITCODE_OWN, "-S goes with neither -d nor -x");
	if (o->state != -1 && o->service == NULL && !o->wishes)
		diag_diex(EXITCODE_OWN, "-S goes with -W, or with -f and a "
		    "service only");
	if (o->wishes && (o->state == -1 || o->besides))
		diag_diex(EXITCODE_OWN, "-W goes with -S and -K only");
	if (o->events != -1 && o->state == -1)
		diag_diex(EXITCODE_OWN, "-E goes with -S only");
	if (j->size != NULL && !j->pty)
		diag_diex(EXITCODE_OWN, "-g goes with -t only");
	if (o->is_patient && o->procfile.path == NULL && !awaits_readiness(o))
		diag_diex(EXITCODE_OWN, "-T goes with -r only");
	for (i = 0; i < j->nkeep; i++)
		if (j->keep[i] == j->ready_fd)
			diag_diex(EXITCODE_OWN, "%d: -F and -r exclude each "
			    "other", j->ready_fd);
}

/*
 * The descriptor of -p is closed once the handle is there, and those of -F are
 * once the command has them: one that is for both, or for -E, is there twice.
 */
static void
part_descriptors(struct options *o)
{
	int fd = o->handle_fd, shared = fd != -1 && fd == o->events;
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
	    "+:abC:c:dE:e:F:f:g:iK:k:L:lm:N:n:o:p:Q:R:r:S:s:T:tvW:x";
	int c;

	o->before = before;
	while ((c = getopt(argc, argv, letters)) != -1) {
		o->besides |= strchr("KSW", c) == NULL;
		switch (c) {
		case 'a':
			o->job.escapees = 1;
			break;
		case 'b':
			o->bare = 1;
			break;
		case 'd':
			o->job.detached = 1;
			break;
		case 'i':
			o->job.inherit = before;
			break;
		case 'l':
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
		case '?':
		case ':':
			diag_option(EXITCODE_OWN, c);
		default:
			take_option(c, optarg, o);
		}
	}
	o->job.argv = argv + optind;
	if (o->procfile.path != NULL)
		take_procfile(o);
	else if (argv[optind] == NULL && !o->wishes)
		diag_usage(EXITCODE_OWN, "no command");
	if (o->faulty)
		exit(EXITCODE_OWN);
	if (o->name == NULL)
		o->name = argv[optind];
	check_combination(o);
	if (o->check != NULL)
		take_check(o);
	part_descriptors(o);
	find_keeper(o);
}

void
free_options(struct options *o)
{
	free(o->keep);
	free(o->job.marker);
}
