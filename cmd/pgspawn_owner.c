#include "config.h"

#include <sys/types.h>
#include <sys/stat.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "job/childenv.h"
#include "base/diag.h"
#include "base/exitcode.h"
#include "job/guard.h"
#include "pgspawn_owner.h"
#include "conf/schedule.h"

void
take_owner(const char *text, struct options *o)
{
	o->job.owner = &o->owner;
	o->by_parent = strcmp(text, "parent") == 0;
	if (!o->by_parent && handle_parse(&o->owner, text) == -1)
		diag_diex(EXITCODE_OWN, "%s: not a process", text);
}

/*
 * If the second getppid(2) returns the same number, the parent lived all the
 * time, so the handle is the parent's.
 */
static void
find_parent(struct handle *id)
{
	pid_t pid = getppid();
	int ref, result;

	if (pid == 0)
		diag_diex(EXITCODE_OWN, "-K parent: the parent is outside of "
		    "this PID namespace");
	result = handle_open(id, pid, &ref);
	if (result == -1 && errno != ESRCH)
		diag_die(EXITCODE_OWN, "-K parent");
	if (ref != -1)
		close(ref);
	if (result == -1 || getppid() != pid)
		diag_diex(EXITCODE_OWN, "-K parent: the parent has ended");
}

static int
is_fifo(int fd)
{
	struct stat st;

	return fd != -1 && fstat(fd, &st) == 0 && S_ISFIFO(st.st_mode);
}

/*
 * Is our parent the pgkeep that PGKEEP_ID names?  If that pgkeep has ended, the
 * parent may be the process that adopted us: exit.
 */
static int
is_pgkeep(const struct handle *parent)
{
	const char *text = getenv(CHILDENV_KEEPER);
	struct handle id;
	int ref;

	if (text == NULL || handle_parse(&id, text) == -1)
		return 0;
	if (id.pid == parent->pid && (id.kind != HANDLE_KEYED ||
	    handle_equal(&id, parent)))
		return 1;
	if (guard_watch(&id, &ref) == -1 && errno == ESRCH)
		diag_diex(EXITCODE_OWN, "-K parent: pgkeep %ld has ended",
		    (long)id.pid);
	if (ref != -1)
		close(ref);
	return 0;
}

void
find_owner(struct options *o)
{
	struct schedule schedule;
	char text[SCHEDULE_TEXT];

	if (!o->by_parent)
		return;
	find_parent(&o->owner);
	o->under_pgkeep = is_pgkeep(&o->owner) && !o->job.detached &&
	    is_fifo(o->handle_fd);
	if (!o->under_pgkeep)
		return;
	schedule_default(&schedule, o->job.sig, o->job.grace);
	snprintf(o->early, sizeof o->early, "\t-%s%s\t%s",
	    o->job.escapees ? "a" : "", o->job.leader ? "l" : "",
	    schedule_text(&schedule, text));
	o->job.owner_ends = 1;
	o->job.hup_asks = 1;	/* pgkeep gets it too, and would end us */
	o->job.early_fd = o->handle_fd;
	o->job.early = o->early;
}
