#include "config.h"

#include <sys/types.h>
#include <sys/wait.h>

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/execerror.h"
#include "base/exitcode.h"
#include "base/fdio.h"
#include "pgkeep_keeper.h"
#include "base/signame.h"

#define FIRST_LOOK	5	/* ms */

#define READER_GONE	141	/* pgspawn: nothing reads its output */

/* Can a client that asked for this be answered when the service is in state? */
static int
can_answer(enum want_word word, enum svcstate state)
{
	switch (word) {
	case WANT_STOP:
		return state >= SVCSTATE_STOPPED;
	case WANT_START:
	case WANT_RESTART:
		return state != SVCSTATE_WAITING &&
		    state != SVCSTATE_STARTING && state != SVCSTATE_STOPPING;
	default:
		return 0;
	}
}

void
keeper_answer(struct keeper *k)
{
	enum svcstate state = k->service.line.state;

	if (!can_answer(k->want.word, state))
		return;
	(void)want_answer(k->o->dir, k->o->name, &k->want,
	    svcstate_name(state));
	k->want.word = WANT_NOTHING;
}

void
keeper_publish(struct keeper *k, enum svcstate state)
{
	service_publish(&k->service, state);
	keeper_answer(k);
}

void
keeper_enter(struct keeper *k, enum phase phase)
{
	k->phase = phase;
	k->look = FIRST_LOOK;
	k->due = deadline_in(phase == DELAYED ? k->delay : 0);
	if (phase == WAITING && k->has_run) {
		k->service.line.restarts++;
		k->has_run = 0;
	}
}

/* An unreaped child keeps its PID, so no other process can get the signals. */
void
keeper_end_child(struct keeper *k)
{
	if (k->child == 0 || k->has_ended)
		return;
	if (!k->term_sent && kill(k->child, SIGTERM) == -1)
		diag_warn("%s: process %ld is waited for", k->o->name,
		    (long)k->child);
	k->term_sent = 1;
	kill(k->child, SIGCONT);	/* a stopped child does not see TERM */
}

void
keeper_stop_child(struct keeper *k, enum goal goal)
{
	k->goal = goal;
	if (k->service.line.state != SVCSTATE_STOPPING)
		keeper_publish(k, SVCSTATE_STOPPING);
	keeper_end_child(k);
}

/* --- the command --------------------------------------------------------- */

/* Print why the command could not be executed; return its exit status. */
static int
explain(const char *command, int found)
{
	char reason[EXECERROR_TEXT];
	int error = errno;

	diag_warnx("%s: %s", execerror_name(command),
	    execerror_text(command, error, found, reason));
	return error == ENOENT && !found ? EXITCODE_NOTFOUND :
	    EXITCODE_NOEXEC;
}

/* A command that could not be started counts as one that has ended. */
static void
fail_start(struct keeper *k, int status)
{
	k->has_ended = k->not_started = 1;
	k->how.si_code = CLD_EXITED;
	k->how.si_status = status;
}

void
keeper_be_ready(struct keeper *k)
{
	k->ready = deadline_now();
	if (k->service.line.state == SVCSTATE_STARTING)
		keeper_publish(k, SVCSTATE_RUNNING);
}

void
keeper_start(struct keeper *k)
{
	struct child c = { .argv = k->o->argv, .entry = k->entry, .fd = -1,
	    .as = k->o->ready, .signals = &k->signals };
	int p[2] = { -1, -1 }, found = 0;

	k->goal = GOAL_JUDGE;
	k->term_sent = k->interrupt = k->has_ended = k->not_started = 0;
	k->has_run = 1;
	k->ready = -1;
	keeper_enter(k, ALIVE);
	keeper_publish(k, SVCSTATE_STARTING);
	if (c.as != -1 && fdio_pipe(p) == -1)
		diag_warn("%s: ready pipe", k->o->name);
	c.fd = p[1];
	runner_open(&k->runner, p[0]);
	k->child = child_start(&c, &found);
	if (c.fd != -1)
		close(c.fd);
	if (k->child == -1) {
		k->child = 0;
		fail_start(k, explain(c.argv[0], found));
	} else if (c.as == -1)
		keeper_be_ready(k);
}

/*
 * Return 1 if no member survived KILL; else give the service up, as they would
 * run beside the new instance.
 */
int
keeper_is_alone(struct keeper *k)
{
	char handle[HANDLE_TEXT];

	if (!runner_leaves_members(&k->runner))
		return 1;
	handle_format(&k->runner.group, 0, handle);
	diag_warnx("%s: not started again, as processes of %s are left",
	    k->o->name, handle);
	keeper_publish(k, SVCSTATE_FAILED);
	keeper_enter(k, RESTING);
	return 0;
}

/* --- its end ------------------------------------------------------------- */

/*
 * Has the command never run?  Its pgspawn has then told no group, and why it
 * failed.
 */
static int
never_ran(const struct keeper *k)
{
	return k->not_started || (k->o->ready != -1 && k->ready == -1 &&
	    !k->runner.has_group && k->service.line.last == EXITCODE_OWN);
}

/* Print how the command ended; what, the consequence, is appended. */
static void
report_end(const struct keeper *k, const char *what)
{
	char sig[SIGNAME_TEXT];
	int status = k->service.line.last, killed = 0;

	if (k->how.si_code != CLD_EXITED)
		killed = k->how.si_status;
	else if (k->runner.has_group && status > 128 && status < 128 + NSIG)
		killed = status - 128;
	if (killed)
		diag_warnx("%s: killed by signal %s%s", k->o->name,
		    signame_text(killed, sig), what);
	else if (k->runner.has_group && status == EXITCODE_NOTREADY &&
	    k->ready == -1)
		diag_warnx("%s: not ready in time%s", k->o->name, what);
	else if (never_ran(k))
		diag_warnx("%s: could not be started%s", k->o->name, what);
	else
		diag_warnx("%s: exited with status %d%s", k->o->name, status,
		    what);
}

/* The command ended by itself, and no client waits: obey the restart policy. */
static void
obey_policy(struct keeper *k)
{
	static const enum svcstate state[] = {
		[RESTART_ENDED] = SVCSTATE_ENDED,
		[RESTART_DONE] = SVCSTATE_DONE,
		[RESTART_AGAIN] = SVCSTATE_DELAYED,
		[RESTART_FAILED] = SVCSTATE_FAILED
	};
	long long ran = k->ready != -1 ? deadline_now() - k->ready : 0;
	enum restart_verdict verdict = RESTART_ENDED;
	char what[64] = "";

	if (k->service.line.last != READER_GONE)
		verdict = restart_decide(&k->o->restart, k->service.line.last,
		    ran, &k->delay);
	if (verdict == RESTART_AGAIN)
		snprintf(what, sizeof what, ", again in %lld s",
		    k->delay / 1000);
	else if (verdict == RESTART_FAILED)
		snprintf(what, sizeof what, ", failed after %u %s",
		    k->o->restart.limit,
		    k->o->restart.limit == 1 ? "try" : "tries");
	if (k->service.line.last != READER_GONE || !k->runner.has_group)
		report_end(k, what);
	keeper_enter(k, verdict == RESTART_AGAIN ? DELAYED : RESTING);
	keeper_publish(k, state[verdict]);
}

/* Did the command end of the INT or QUIT that the terminal sent to it and us? */
static int
was_interrupted(const struct keeper *k)
{
	int last = k->service.line.last;

	return k->interrupt != 0 && (last == 128 + k->interrupt ||
	    !deadline_passed(&k->interrupted));
}

/*
 * pgspawn was killed, and the group that it ran may be left.  End the group,
 * and then the keeper: a user that kills pgspawn does not want a restart.
 */
static void
end_group(struct keeper *k)
{
	char handle[HANDLE_TEXT];

	if (k->service.line.state != SVCSTATE_STOPPING)
		keeper_publish(k, SVCSTATE_STOPPING);
	runner_end_group(&k->runner, k->o->self, &k->signals);
	if (runner_leaves_members(&k->runner)) {
		handle_format(&k->runner.group, 0, handle);
		diag_warnx("%s: processes of %s are left", k->o->name,
		    handle);
	}
	if (k->goal == GOAL_REST || k->asked)
		return;
	report_end(k, "");
	k->asked = k->ended_early = 1;
}

/*
 * The keeper was asked to end, and the command ended before it got TERM.  A
 * failure of the command is reported: it may be why the keeper was asked.
 */
static void
note_early_end(struct keeper *k)
{
	int last = k->service.line.last;

	k->ended_early = 1;
	if (last > 0 && last < 128)
		report_end(k, "");
}

void
keeper_after_end(struct keeper *k)
{
	runner_read(&k->runner);
	if (k->runner.ready && k->ready == -1)
		keeper_be_ready(k);
	runner_close(&k->runner);
	k->child = 0;
	k->service.line.last = exitcode_of(k->how.si_code, k->how.si_status);
	if (k->runner.has_group && k->how.si_code != CLD_EXITED)
		end_group(k);
	else if (k->asked && !k->term_sent)
		note_early_end(k);
	else if (k->goal == GOAL_JUDGE && was_interrupted(k))
		k->asked = 1;
	if (k->asked) {
		keeper_enter(k, OVER);
	} else if (k->goal == GOAL_REST) {
		keeper_enter(k, RESTING);
		keeper_publish(k, SVCSTATE_STOPPED);
	} else if (k->goal == GOAL_START) {
		k->o->restart.tries = 0;
		keeper_enter(k, WAITING);
	} else
		obey_policy(k);
}

void
keeper_reap(struct keeper *k)
{
	int status;
	pid_t pid;

	if (k->child == 0)
		return;
	while ((pid = waitpid(k->child, &status, WNOHANG)) == -1 &&
	    errno == EINTR)
		;
	if (pid != k->child)
		return;
	k->has_ended = 1;
	k->how.si_code = WIFEXITED(status) ? CLD_EXITED : CLD_KILLED;
	k->how.si_status = WIFEXITED(status) ? WEXITSTATUS(status) :
	    WTERMSIG(status);
}
