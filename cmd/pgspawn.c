/*
 * pgspawn - run a command as the leader of its own session and group.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "chain.h"
#include "detach.h"
#include "diag.h"
#include "exitcode.h"
#include "fdio.h"
#include "job.h"
#include "pgspawn_options.h"
#include "pgspawn_procfile.h"
#include "pgspawn_queue.h"
#include "pgspawn_readiness.h"
#include "pgspawn_restart.h"
#include "pgspawn_wish.h"
#include "pty.h"
#include "signame.h"
#include "sigpipe.h"
#include "svcname.h"

/* Say why there is no command; return the status. */
static int
explain(const struct options *o, const struct spawn_failure *f)
{
	const char *command = o->job.argv[0], *reason;

	errno = f->error;
	switch (f->stage) {
	case SPAWN_EXEC:
		if (f->found)
			diag_warn("%s: interpreter", command);
		else
			diag_warn("%s", command);
		return f->error == ENOENT && !f->found ? EXITCODE_NOTFOUND :
		    EXITCODE_NOEXEC;
	case SPAWN_CGROUP:
		if (f->error == ENOSYS)
			diag_warnx("cgroup %s: there is no cgroup v2 for that",
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
		if (f->error == ESRCH)
			diag_warn("process %ld", (long)o->keeper.pid);
		else
			diag_warn("cannot start %s", o->name);
		break;
	}
	return EXITCODE_OWN;
}

static int
print_handle(const struct options *o, const struct procid *id, int fd)
{
	char line[PROCID_TEXT + SVCNAME_SIZE + 2], handle[PROCID_TEXT];
	const char *name = o->named ? o->name : "";
	int n, result;

	n = snprintf(line, sizeof line, "%s%s%s\n",
	    procid_format(id, o->bare, handle), o->named ? "\t" : "", name);
	result = fdio_write(fd, line, (size_t)n);
	if (result == -1)
		diag_warn("cannot print the handle");
	else if (fd > STDERR_FILENO && !o->in_place)
		close(fd);	/* whoever reads to the end has it all */
	return result;
}

/* The beginning was written before the exec. */
static void
end_early_line(const struct options *o)
{
	if (fdio_write(o->handle_fd, "\n", 1) == -1)
		diag_warn("cannot tell that %s is ready", o->name);
	if (o->handle_fd > STDERR_FILENO)
		close(o->handle_fd);
}

static void
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

	if (end->rest == SUPERVISE_ALIVE && !o->verbose)
		diag_warnx("%s: members are still alive", o->name);
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

static void
tell_start(const struct options *o, const struct procid *id)
{
	char handle[PROCID_TEXT];
	struct sigaction before;

	if (!o->verbose)
		return;
	sigpipe_ignore(&before);
	diag_warnx("%s: started as %s", o->name,
	    procid_format(id, 0, handle));
	sigpipe_restore(&before);
}

/* Tell who wants to know, once. */
static void
announce(const struct procid *id, void *arg)
{
	struct options *o = arg;
	struct sigaction before;

	if (o->handle_fd != -1) {
		sigpipe_ignore(&before);
		if (o->kept)
			end_early_line(o);
		else
			print_handle(o, id, o->handle_fd);
		sigpipe_restore(&before);
		o->handle_fd = -1;
	}
	restart_ready(o);
}

static void
announce_here(const struct procid *id, void *arg)
{
	struct options *o = arg;

	tell_start(o, id);
	announce(id, o);
	if (!chain_is_link(o->job.argv[0]))
		chain_leave(&o->chain);
}

static void
announce_ready(void *arg)
{
	struct options *o = arg;

	announce(&o->started, o);
}

/* Nobody has to wait for the rest. */
static void
tell_executed(void *arg)
{
	struct options *o = arg;

	tell_start(o, &o->started);
	chain_end(&o->chain);
	diag_to(-1);
}

static void
pass_on(const char *text, size_t n, void *arg)
{
	(void)arg;
	diag_pass_on(text, n);
}

/* The status of a command that came to its end. */
static int
conclude(const struct options *o, const struct supervise_end *end)
{
	int status = exitcode_of(end->code, end->status);

	if (end->start == SUPERVISE_LATE) {
		diag_warnx("%s: not ready in time", o->name);
		return EXITCODE_NOTREADY;
	}
	if (end->start == SUPERVISE_BROKEN && !end->told && !end->asked)
		diag_warnx("%s: ended before it became a command", o->name);
	if (end->start == SUPERVISE_UNREADY && awaits_readiness(o)) {
		diag_warnx("%s: ended before it was ready", o->name);
		return status != 0 ? status : EXITCODE_OWN;
	}
	return status;
}

static void
tell_status(const char *text, void *arg)
{
	const struct options *o = arg;
	struct sigaction before;

	if (!o->verbose)
		return;
	sigpipe_ignore(&before);
	diag_warnx("%s: %s", o->name, text);
	sigpipe_restore(&before);
}

static void
tell_lost_output(int is_copy, void *arg)
{
	const struct options *o = arg;
	struct sigaction before;
	int reason = errno;

	sigpipe_ignore(&before);
	errno = reason;
	diag_warn("%s", is_copy ? o->file : "output");
	sigpipe_restore(&before);
}

static int
run_foreground(struct options *o, struct supervise_end *end)
{
	struct spawn_failure failure;
	struct job job;

	o->job.executed = tell_executed;
	o->job.said = pass_on;
	o->job.ready = announce_ready;
	o->job.status = tell_status;
	o->job.divert = o->queue != NULL ? queue_signal : NULL;
	o->job.lost_output = tell_lost_output;
	o->job.arg = o;
	if (job_start(&job, &o->job, &failure) == -1)
		return explain(o, &failure);
	o->started = job.supervise.group.id;
	if (job.supervise.chain == NULL)
		tell_executed(o);
	if (job.supervise.chain == NULL && job.supervise.notify == NULL)
		announce(&o->started, o);
	if (job_wait(&job, end) == -1)
		diag_die(EXITCODE_OWN, "cannot watch %s", o->name);
	tell_end(o, end);
	return conclude(o, end);
}

static int
run_detached(struct options *o)
{
	struct spawn_failure failure;
	struct supervise_end end;
	struct pgroup group;
	struct procid id;

	o->job.said = pass_on;
	o->job.status = tell_status;
	o->job.lost_output = tell_lost_output;
	o->job.arg = o;
	switch (detach(&o->job, &id, &failure, &end)) {
	case -1:
		return explain(o, &failure);
	case 1:
		return conclude(o, &end);
	}
	tell_start(o, &id);
	if (print_handle(o, &id, o->handle_fd != -1 ? o->handle_fd :
	    STDOUT_FILENO) == 0) {
		chain_end(&o->chain);
		return 0;
	}
	/* Nobody knows of it, so nobody would ever end it. */
	if (pgroup_open(&group, &id, NULL) == PROCID_VERIFIED)
		pgroup_signal(&group, SIGKILL);
	return EXITCODE_OWN;
}

static int
run_in_place(struct options *o)
{
	struct spawn_failure failure;
	struct supervise_end end;

	o->job.chain = &o->chain;
	job_become(&o->job, announce_here, o, &failure);
	if (failure.stage == SPAWN_SESSION) {	/* we lead a group */
		o->job.chain = NULL;
		o->in_place = 0;
		return run_foreground(o, &end);
	}
	return explain(o, &failure);
}

static void
open_file(struct options *o)
{
	if (o->file == NULL)
		return;
	o->job.file = fdio_append(o->file);
	if (o->job.file == -1)
		diag_die(EXITCODE_OWN, "%s", o->file);
}

int
main(int argc, char *argv[])
{
	struct options o = {
		.job = {
			.file = -1, .sig = SIGTERM, .grace = 5000,
			.ready_fd = -1, .patience = 30000
		},
		.handle_fd = -1, .state = -1, .events = -1, .numbers = ""
	};
	struct spawn_signals before;
	struct supervise_end end;
	int status;

	spawn_hold_signals(&before);
	diag_init("pgspawn");
	chain_join(&o.chain);
	diag_to(o.chain.fd);
	if (fdio_fill_standard() == -1)
		diag_die(EXITCODE_OWN, "/dev/null");
	parse_options(argc, argv, &before, &o);
	fdio_cloexec_from(3);
	open_file(&o);
	if (o.wishes)
		status = wish_services(&o);
	else if (o.procfile.path != NULL && o.service == NULL)
		status = list_procfile(&o);
	else if (o.in_place)
		status = run_in_place(&o);
	else if (o.job.detached)
		status = run_detached(&o);
	else if (o.restart.policy != RESTART_NO || o.state != -1)
		status = restart_command(&o, run_foreground);
	else
		status = run_foreground(&o, &end);
	free_options(&o);
	return status;
}
