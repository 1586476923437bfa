#include "config.h"

#include <sys/types.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "job/childenv.h"
#include "base/exitcode.h"
#include "base/fdio.h"
#include "io/attach.h"
#include "job/job.h"
#include "io/relay.h"
#include "job/stdfds.h"

/* What is needed until the command has started. */
struct start {
	struct spawn_options	spawn;
	struct childenv		env;
	enum spawn_stage	stage;		/* that failed; SPAWN_FORK */
};

/*
 * See that the group ends with its owner.  A guard does that; or this process,
 * if it is in the background itself, or if the owner ends the group when this
 * process is killed.
 */
static int
arrange_guard(struct job *job, const struct job_options *o)
{
	struct guard_options g = {
		.end.escapees = o->escapees, .end.leader = o->leader
	};

	job->supervise.lifeline = -1;
	if (o->owner == NULL)
		return 0;
	if ((o->detached || o->owner_ends) &&
	    guard_watch(o->owner, &job->supervise.lifeline) == -1)
		return -1;
	if (job->supervise.lifeline != -1)
		return 0;
	g.watched = *o->owner;
	schedule_default(&g.end.schedule, o->sig, o->grace);
	if (guard_start(&job->guard, &g) == -1)
		return -1;
	job->guarded = 1;
	return 0;
}

/* How the command reports that it is ready. */
static int
arrange_notify(struct job *job, struct start *start,
    const struct job_options *o)
{
	int result = 0;

	start->spawn.notify = -1;
	start->stage = o->ready_by_socket ? SPAWN_NOTIFY : SPAWN_FORK;
	if (o->ready_by_socket)
		result = notify_socket(&job->notify);
	else if (o->ready_fd != -1)
		result = notify_pipe(&job->notify);
	else if (o->ready_port != 0)
		notify_port(&job->notify, o->ready_port);
	else if (o->ready_log != NULL)
		notify_log(&job->notify, o->ready_log);
	else
		return 0;
	if (result == -1)
		return -1;
	start->stage = SPAWN_FORK;
	start->spawn.notify = job->notify.theirs;
	start->spawn.notify_as = o->ready_fd;
	job->supervise.notify = &job->notify;
	return 0;
}

/* A command that is a link reports when it executes another (chain.h). */
static int
arrange_chain(struct job *job, struct start *start,
    const struct job_options *o)
{
	if (!chain_is_link(o->argv[0]))
		return 0;
	if (o->chain != NULL) {
		start->spawn.chain = o->chain->fd;
		return chain_entry(o->chain, start->env.chain);
	}
	job->supervise.chain = &job->chain;
	return start->spawn.chain = chain_open(&job->chain, o->ready_fd,
	    start->env.chain);
}

/* The caller's environment, the markers, and NOTIFY_SOCKET. */
static int
arrange_environment(struct job *job, struct start *start,
    const struct job_options *o)
{
	return childenv_make(&start->env, o->marker, o->nmarker,
	    o->ready_by_socket ? job->notify.env : NULL,
	    o->caller != 0 ? o->caller : getpid());
}

/* The cgroup is killed at the end, unless this process ends before. */
static int
arrange_cgroup(struct job *job, struct start *start,
    const struct job_options *o)
{
	start->spawn.cgroup = -1;
	if (o->cgroup == NULL)
		return 0;
	job->alone = !o->detached && !o->leave;
	if (cgroup_open(&job->cgroup, o->cgroup, job->alone) == -1)
		return -1;
	start->spawn.cgroup = job->cgroup.procs;
	return 0;
}

static int
prepare(struct job *job, struct start *start, const struct job_options *o,
    struct spawn_failure *failure)
{
	memset(job, 0, sizeof *job);
	memset(start, 0, sizeof *start);
	job->supervise.group.ref = -1;
	job->monitor.fd = -1;
	job->null = job->idle[0] = job->idle[1] = -1;
	job->chain.fd = start->spawn.chain = -1;
	job->supervise.spare = &job->spare;
	if (arrange_guard(job, o) == -1 ||
	    arrange_notify(job, start, o) == -1 ||
	    arrange_chain(job, start, o) == -1 ||
	    arrange_environment(job, start, o) == -1 ||
	    stdfds_arrange(job, &start->spawn, &start->stage, o) == -1 ||
	    fdspare_hold(&job->spare, SUPERVISE_SPARE) == -1)
		return spawn_fail(failure, start->stage);
	if (arrange_cgroup(job, start, o) == -1)
		return spawn_fail(failure, SPAWN_CGROUP);
	start->spawn.argv = o->argv;
	start->spawn.directory = o->directory;
	start->spawn.env = &start->env;
	start->spawn.keep = o->keep;
	start->spawn.nkeep = o->nkeep;
	start->spawn.inherit = o->inherit;
	start->spawn.tell = job->guarded ? job->guard.tell : -1;
	start->spawn.early_fd = o->early_fd;
	start->spawn.early = o->early;
	return 0;
}

static void
tidy(struct job *job)
{
	int i;

	fdspare_give(&job->spare, FDSPARE_MAX);
	if (job->guarded)
		guard_stop(&job->guard);
	job->guarded = 0;
	if (job->supervise.attach != NULL)
		attach_close(job->supervise.attach, -1);
	job->supervise.attach = NULL;
	if (job->supervise.relay != NULL)
		relay_free(job->supervise.relay);
	job->supervise.relay = NULL;
	if (job->supervise.monitor != NULL) {
		ptyinput_suspend(&job->ptyinput);
		monitor_stop(job->supervise.monitor);
	}
	if (job->supervise.ptyinput != NULL)
		ptyinput_close(&job->ptyinput);
	if (job->supervise.notify != NULL)
		notify_close(&job->notify);
	for (i = 0; i < 2; i++)
		if (job->idle[i] != -1)
			close(job->idle[i]);
	if (job->log != NULL)
		logfile_close(job->log);
	job->log = NULL;
	chain_close(&job->chain);
	cgroup_close(&job->cgroup);
	pgroup_close(&job->supervise.group);
}

/* Free what only the start needed. */
static void
forget(struct start *start)
{
	childenv_free(&start->env);
	if (start->spawn.chain != -1)
		close(start->spawn.chain);
}

/* Close the descriptors that were passed on: only the command has them now. */
static void
let_go(const struct job_options *o)
{
	size_t i;

	for (i = 0; i < o->nkeep; i++)
		if (o->keep[i] > STDERR_FILENO)
			close(o->keep[i]);
}

int
job_start(struct job *job, const struct job_options *o,
    struct spawn_failure *failure)
{
	struct supervise *s = &job->supervise;
	struct start start;

	if (prepare(job, &start, o, failure) == -1) {
		forget(&start);
		tidy(job);
		return -1;
	}
	/* Where no process can be a subreaper, the lineage finds escapees. */
	if (o->escapees)
		s->adopted = proctable_adopt() == 0;
	s->pid = spawn_start(&start.spawn, &s->group.id, &s->group.ref,
	    failure);
	forget(&start);
	if (s->pid == -1) {
		if (job->cgroup.path != NULL)
			cgroup_remove(&job->cgroup, 1);
		tidy(job);
		return -1;
	}
	let_go(o);
	s->monitor = start.spawn.monitor;
	if (s->relay != NULL)
		relay_started(s->relay);
	if (s->notify != NULL)
		notify_started(s->notify);
	s->patience = o->patience;
	s->executed = o->executed;
	s->said = o->said;
	s->ready = o->ready;
	s->status = o->status;
	s->news_poll = o->news_poll;
	s->news_step = o->news_step;
	s->arg = o->arg;
	s->sig = o->sig;
	s->grace = o->grace;
	s->hup_asks = o->hup_asks;
	s->leave = o->leave;
	s->escapees = o->escapees;
	s->leader = o->leader;
	s->guard = job->guarded ? job->guard.pid : 0;
	s->ignored = o->inherit != NULL ? &o->inherit->ignored : NULL;
	return 0;
}

int
job_wait(struct job *job, struct supervise_end *end)
{
	int result, killed, saved;

	result = supervise(&job->supervise, end);
	saved = errno;
	if (result == -1)	/* do not leave it unsupervised */
		pgroup_signal(&job->supervise.group, SIGKILL);
	killed = job->cgroup.path == NULL ? 0 : cgroup_finish(&job->cgroup,
	    job->alone, end->start != SUPERVISE_READY);
	if (killed != 0)
		end->rest = killed == 1 ? SUPERVISE_KILLED : SUPERVISE_ALIVE;
	if (job->supervise.attach != NULL && result == 0) {
		attach_close(job->supervise.attach,
		    exitcode_of(end->code, end->status));
		job->supervise.attach = NULL;
	}
	tidy(job);
	errno = saved;
	return result;
}

int
job_wait_ready(struct job *job, struct supervise_end *end)
{
	memset(end, 0, sizeof *end);	/* SUPERVISE_READY */
	job->supervise.until_ready = 1;
	if (job->supervise.chain != NULL || job->supervise.notify != NULL)
		return job_wait(job, end);
	tidy(job);
	return 0;
}

void
job_become(const struct job_options *o,
    void (*ready)(const struct handle *, void *), void *arg,
    struct spawn_failure *failure)
{
	struct start start;
	struct job job;

	if (prepare(&job, &start, o, failure) == 0)
		spawn_here(&start.spawn, ready, arg, failure);
	childenv_free(&start.env);	/* the caller closes the chain */
	tidy(&job);
}
