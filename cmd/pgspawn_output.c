#include "config.h"

#include <sys/stat.h>
#include <sys/types.h>

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/exitcode.h"
#include "base/fdio.h"
#include "job/guard.h"
#include "pgspawn_output.h"
#include "base/sigwake.h"

#define LOOK	50		/* ms between tries */

static int
is_fifo(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISFIFO(st.st_mode);
}

/* Catch the signals that ask pgspawn to end, unless they were ignored. */
static int
open_signals(const struct options *o)
{
	static const int list[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM };
	const struct spawn_signals *before = o->job.inherit;
	sigset_t set;
	size_t i;

	sigemptyset(&set);
	for (i = 0; i < sizeof list / sizeof list[0]; i++)
		if (before == NULL ||
		    sigismember(&before->ignored, list[i]) != 1)
			sigaddset(&set, list[i]);
	return sigwake_open(&set);
}

static void
require_owner(const struct options *o)
{
	int ref;

	if (o->job.owner == NULL)
		return;
	if (guard_watch(o->job.owner, &ref) == -1)
		diag_die(EXITCODE_OWN, "process %ld", (long)o->owner.pid);
	if (ref != -1)
		close(ref);
}

static int
wait_for_reader(const struct options *o)
{
	struct pollfd pfd = { .fd = open_signals(o), .events = POLLIN };
	int fd, sig;

	for (;;) {
		fd = fdio_append(o->file);
		if (fd != -1 || errno != ENXIO)
			return fd;
		poll(&pfd, 1, LOOK);
		if ((sig = sigwake_read(pfd.fd)) != 0)
			exit(128 + sig);
		require_owner(o);
	}
}

/* A regular file is a log: it can be moved away, and be cut. */
static void
find_log(struct options *o)
{
	struct stat st;

	if (fstat(o->job.file, &st) == 0 && S_ISREG(st.st_mode))
		o->job.log.path = o->file;
	else if (o->job.mark != NULL || o->job.log.stamp != NULL ||
	    o->job.log.size > 0)
		diag_diex(EXITCODE_OWN, "-M, -w and -z: %s is not a regular "
		    "file", o->file);
}

void
open_output(struct options *o)
{
	sigset_t all;

	if (o->file == NULL)
		return;
	o->job.file = fdio_append(o->file);
	if (o->job.file == -1 && errno == ENXIO && is_fifo(o->file)) {
		o->job.file = wait_for_reader(o);
		sigfillset(&all);
		sigprocmask(SIG_BLOCK, &all, NULL);
	}
	if (o->job.file == -1)
		diag_die(EXITCODE_OWN, "%s", o->file);
	find_log(o);
}
