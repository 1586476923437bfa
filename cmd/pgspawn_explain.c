#include "config.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>

#include "base/diag.h"
#include "base/execerror.h"
#include "base/exitcode.h"
#include "base/signame.h"
#include "io/pty.h"
#include "job/notify.h"
#include "pgspawn_explain.h"
#include "proc/proctable.h"

static void
explain_socket(const char *path)
{
	switch (errno) {
	case EPERM:
		diag_warnx("-A %s: others could replace it: its directory is "
		    "not yours, or others can write to it", path);
		break;
	case EEXIST:
		diag_warnx("-A %s: exists and is no socket", path);
		break;
	case EADDRINUSE:
		diag_warnx("-A %s: another process listens there", path);
		break;
	default:
		diag_warn("-A %s", path);
	}
}

int
explain(const struct options *o, const struct spawn_failure *f)
{
	const char *command = o->job.argv[0], *reason;
	char text[EXECERROR_TEXT];

	errno = f->error;
	switch (f->stage) {
	case SPAWN_EXEC:
		diag_warnx("%s: %s", execerror_name(command), execerror_text(
		    command, f->error, f->found, text));
		return f->error == ENOENT && !f->found ? EXITCODE_NOTFOUND :
		    EXITCODE_NOEXEC;
	case SPAWN_CGROUP:
		if (f->error == ENOSYS)
			diag_warnx("cgroup %s: cgroup v2 is not available",
			    o->job.cgroup);
		else if (f->error == EDEADLK)
			diag_warnx("cgroup %s: it, or one above it, is frozen",
			    o->job.cgroup);
		else
			diag_warn("cgroup %s", o->job.cgroup);
		break;
	case SPAWN_DIRECTORY:
		diag_warn("%s", o->job.directory);
		break;
	case SPAWN_PTY:
		if ((reason = pty_lack(f->error)) != NULL)
			diag_warnx("no pseudo-terminal: %s", reason);
		else
			diag_warn("no pseudo-terminal");
		break;
	case SPAWN_NOTIFY:
		diag_warn("-r notify: cannot make the socket "
		    "pgspawn.XXXXXX/notify in TMPDIR, " NOTIFY_PLACES);
		break;
	case SPAWN_ATTACH:
		explain_socket(o->job.attach);
		break;
	case SPAWN_LOG:
		diag_warn("the directory of %s", o->file);
		break;
	case SPAWN_SESSION:
		diag_warn("cannot make a session");
		break;
	case SPAWN_TERMINAL:
		diag_warn("cannot make a controlling terminal");
		break;
	case SPAWN_DESCRIPTORS:
		diag_warn("cannot arrange descriptors");
		break;
	case SPAWN_IDENTITY:
		diag_warn("cannot make a handle");
		break;
	case SPAWN_FORK:
		if (f->error == ESRCH)	/* the process of -K has ended */
			diag_warn("process %ld", (long)o->owner.pid);
		else
			diag_warn("cannot start %s", o->name);
		break;
	}
	return EXITCODE_OWN;
}

void
tell_left(const struct options *o, const struct supervise_end *end)
{
	char pids[SUPERVISE_LEFT * 12 + 1] = "";
	size_t i, n = 0;

	for (i = 0; i < end->nleft; i++)
		n += (size_t)snprintf(pids + n, sizeof pids - n, "%s%ld",
		    i == 0 ? ": " : " ", (long)end->left[i]);
	if (end->error == 0) {
		diag_warnx("%s: members are still alive%s", o->name, pids);
		return;
	}
	diag_warnx("%s: processes of group %ld may be left%s: %s", o->name,
	    (long)o->started.pid, pids, proctable_reason(end->error));
}

void
tell_end(const struct options *o, const struct supervise_end *end)
{
	static const char *const rest[] = {
		[SUPERVISE_NOTHING] = "nothing to end",
		[SUPERVISE_ENDED] = "group ended",
		[SUPERVISE_KILLED] = "group killed",
		[SUPERVISE_ALIVE] = "members are still alive"
	};
	char sig[SIGNAME_TEXT];
	int status = exitcode_of(end->code, end->status);

	if (end->rest == SUPERVISE_ALIVE)
		tell_left(o, end);
	if (!o->verbose)
		return;
	if (end->code == CLD_EXITED)
		diag_warnx("%s: exited with status %d, %s",
		    o->name, status, rest[end->rest]);
	else
		diag_warnx("%s: killed by signal %s, %s",
		    o->name, signame_text(end->status, sig),
		    rest[end->rest]);
}
