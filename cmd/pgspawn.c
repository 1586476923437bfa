/*
 * pgspawn - run a command as the leader of its own session and group.
 */
#include "config.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "job/chain.h"
#include "job/detach.h"
#include "base/diag.h"
#include "base/exitcode.h"
#include "base/fdio.h"
#include "job/job.h"
#include "pgspawn_explain.h"
#include "pgspawn_options.h"
#include "base/parse.h"
#include "pgspawn_output.h"
#include "pgspawn_readiness.h"
#include "pgspawn_report.h"
#include "base/sigpipe.h"
#include "base/sigwake.h"
#include "base/svcname.h"

#define HANDLE_LINE	(HANDLE_TEXT + SVCNAME_SIZE + 2)

static size_t
handle_line(const struct options *o, const struct handle *id,
    char line[HANDLE_LINE])
{
	const char *name = o->named ? o->name : "";
	char handle[HANDLE_TEXT];

	return (size_t)snprintf(line, HANDLE_LINE, "%s%s%s\n",
	    handle_format(id, o->bare, handle), o->named ? "\t" : "", name);
}

static void
tell_start(const struct options *o, const struct handle *id)
{
	char handle[HANDLE_TEXT];

	if (o->verbose)
		diag_warnx("%s: started as %s", o->name,
		    handle_format(id, 0, handle));
}

static void
tell_manager(const struct options *o, const char *text)
{
	if (manager_tell(&o->manager, text) == -1)
		diag_warn("cannot send %s to NOTIFY_SOCKET=%s", text,
		    o->manager.socket);
}

/* Write the line of -p.  pgkeep got all but the newline before the exec. */
static void
announce(void *arg)
{
	struct options *o = arg;
	char line[HANDLE_LINE];

	tell_manager(o, "READY=1");
	if (o->handle_fd == -1)
		return;
	if (o->under_pgkeep)
		report_handle(o->handle_fd, "\n", 1);
	else
		report_handle(o->handle_fd, line,
		    handle_line(o, &o->started, line));
	o->handle_fd = -1;
}

/*
 * With -x, before the exec: print the handle.  A signal may end pgspawn while
 * it waits for the reader.
 */
static void
announce_here(const struct handle *id, void *arg)
{
	struct options *o = arg;
	struct sigaction before;
	char line[HANDLE_LINE];
	size_t n = handle_line(o, id, line);

	sigpipe_ignore(&before);
	tell_start(o, id);
	if (o->handle_fd != -1) {
		report_wait(o->handle_fd);
		if (fdio_write(o->handle_fd, line, n) == -1)
			diag_warn("cannot print the handle");
	}
	sigpipe_restore(&before);
	if (!chain_is_link(o->job.argv[0]))
		chain_leave(&o->chain);
}

/* The command runs: no other command of the chain has to wait for us. */
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

/* The exit status of pgspawn, and the messages that go with it. */
static int
conclude(const struct options *o, const struct supervise_end *end)
{
	int status = exitcode_of(end->code, end->status);

	if (end->error != 0)
		return EXITCODE_OWN;
	if (end->start == SUPERVISE_LATE) {
		warn_late(o, end->said);
		return EXITCODE_NOTREADY;
	}
	if (end->unread)
		return EXITCODE_UNREAD;
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
	char line[sizeof "STATUS=" + NOTIFY_STATUS];

	if (o->verbose)
		diag_warnx("%s: %s", o->name, text);
	snprintf(line, sizeof line, "STATUS=%s", text);
	tell_manager(o, line);
}

static void
tell_lost_output(int is_copy, void *arg)
{
	const struct options *o = arg;

	diag_warn("%s", is_copy ? o->file : "output");
}

/*
 * Write the last messages.  Do not wait for their reader if pgspawn was asked
 * to end, and only a second with -K.
 */
static int
finish(const struct options *o, const struct supervise_end *end)
{
	int status = conclude(o, end);

	(void)report_finish(end->asked ? 0 : o->job.owner != NULL ? 1000 :
	    PARSE_FOREVER);
	return status;
}

static int
run_foreground(struct options *o)
{
	struct spawn_failure failure;
	struct supervise_end end;
	struct job job;

	if (awaits_readiness(o))
		manager_find(&o->manager);
	o->job.executed = tell_executed;
	o->job.said = pass_on;
	o->job.ready = announce;
	o->job.news_poll = report_poll;
	o->job.news_step = report_step;
	o->job.status = tell_status;
	o->job.lost_output = tell_lost_output;
	o->job.arg = o;
	if (job_start(&job, &o->job, &failure) == -1)
		return explain(o, &failure);
	o->started = job.supervise.group.id;
	report_begin();
	if (job.supervise.chain == NULL)
		tell_executed(o);
	if (job_wait(&job, &end) == -1) {
		diag_warn("cannot watch %s", o->name);
		return EXITCODE_OWN;
	}
	tell_end(o, &end);
	return finish(o, &end);
}

/*
 * With -d: print the handle.  A signal meanwhile is an error: see run_detached.
 */
static int
print_handle(const struct options *o, const struct handle *id)
{
	char line[HANDLE_LINE];
	int sig;

	report_begin();
	if (sigwake_open_ending() == -1) {
		diag_warn("cannot print the handle");
		return EXITCODE_OWN;
	}
	tell_start(o, id);
	report_handle(o->handle_fd != -1 ? o->handle_fd : STDOUT_FILENO, line,
	    handle_line(o, id, line));
	sig = report_finish(PARSE_FOREVER);
	if (!report_handle_failed())
		return 0;
	return sig != 0 ? 128 + sig : EXITCODE_OWN;
}

static int
run_detached(struct options *o)
{
	struct spawn_failure failure;
	struct supervise_end end;
	struct pgroup group;
	struct handle id;
	int status;

	o->job.said = pass_on;
	o->job.status = tell_status;
	o->job.lost_output = tell_lost_output;
	o->job.arg = o;
	switch (detach(&o->job, &id, &failure, &end)) {
	case -1:
		return explain(o, &failure);
	case 1:
		o->started = id;
		if (end.rest == SUPERVISE_ALIVE)
			tell_left(o, &end);
		return conclude(o, &end);
	}
	status = print_handle(o, &id);
	if (status == 0)
		chain_end(&o->chain);
	/* The handle was not printed, so the user could not end the group. */
	if (status != 0 && pgroup_open(&group, &id, NULL) == HANDLE_VERIFIED)
		pgroup_signal(&group, SIGKILL);
	return status;
}

static int
run_in_place(struct options *o)
{
	struct spawn_failure failure;

	o->job.chain = &o->chain;
	job_become(&o->job, announce_here, o, &failure);
	if (failure.stage == SPAWN_SESSION) {	/* pgspawn leads a group */
		o->job.chain = NULL;
		o->in_place = 0;
		return run_foreground(o);
	}
	return explain(o, &failure);
}

int
main(int argc, char *argv[])
{
	struct options o = {
		.job = {
			.file = -1, .sig = SIGTERM, .grace = 5000,
			.ready_fd = -1, .patience = 30000
		},
		.handle_fd = -1
	};
	struct spawn_signals before;
	int status;

	spawn_hold_signals(&before);
	diag_init("pgspawn");
	chain_join(&o.chain);
	diag_to(o.chain.fd);
	report_open(&before.mask);
	if (fdio_fill_standard() == -1)
		diag_die(EXITCODE_OWN, "/dev/null");
	parse_options(argc, argv, &before, &o);
	fdio_cloexec_from(3);
	refuse_taken_port(&o);
	open_output(&o);
	if (o.in_place)
		status = run_in_place(&o);
	else if (o.job.detached)
		status = run_detached(&o);
	else
		status = run_foreground(&o);
	free_options(&o);
	return status;
}
