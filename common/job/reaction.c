#include "config.h"

#include <sys/types.h>

#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "group/shutdown_one.h"
#include "job/reaction.h"
#include "base/sigwake.h"

/*
 * A leader that is reaped is no member any more, and its descriptor tells
 * whether the group has others.  Where the system has no such descriptors
 * (Linux before 6.9), the leader stays a zombie.
 */
void
reaction_reap(void *arg)
{
	struct supervisor *v = arg;
	const struct pgroup *group = &v->s->group;

	reaper_look(&v->leader);
	if (v->leader.dead && !v->leader.released &&
	    handle_signal_group(group->id.pid, group->ref, 0) == 0)
		reaper_release(&v->leader);
}

/* Open the shutdown, and begin it.  Return 0, or -1 if that failed. */
static int
begin(struct supervisor *v)
{
	struct shutdown_options o = {
		.schedule = v->late.schedule,
		.escapees = v->s->escapees, .leader = v->s->leader,
		.adopter = v->s->escapees ? getpid() : 0,
		.spared = v->s->guard, .monitor = v->s->monitor != NULL ?
		    v->s->monitor->pid : 0,
		.closed = v->s->adopted,
		.held = v->s->group.ref != -1 ? &v->s->group : NULL,
		.reap = reaction_reap, .arg = v
	};
	struct handle id = v->s->group.id;

	/* There are no keys here, or no process with the key is left. */
	if (id.kind == HANDLE_KEYLESS ||
	    (v->leader.released && o.held == NULL))
		id.kind = HANDLE_BARE;
	v->shutdown = shutdown_one_open(&id, &o);
	if (v->shutdown == NULL)
		return -1;
	shutdown_begin(v->shutdown);
	return 0;
}

void
reaction_retry(struct supervisor *v)
{
	int pause, saved;

	if (!v->is_late || !deadline_passed(&v->retry))
		return;
	do {
		if (begin(v) == 0) {
			v->is_late = 0;
			return;
		}
		saved = errno;
	} while ((pause = shutdown_late_step(&v->late, &v->s->group)) == 0);
	v->retry = deadline_in(pause);
	if (pause != -1)
		return;
	v->is_late = 0;
	v->end->error = saved;
}

void
reaction_end(struct supervisor *v, int sig)
{
	struct schedule schedule;

	v->is_continued = 1;
	v->is_asked |= v->shutdown != NULL || !v->leader.dead;
	if (v->shutdown != NULL || v->is_late) {
		if (v->is_late || !v->shutdown->target[0].leader_only ||
		    pgroup_signal_leader(&v->s->group, sig) == -1)
			pgroup_signal(&v->s->group, sig);
		return;
	}
	fdspare_give(v->s->spare, FDSPARE_MAX);
	schedule_default(&schedule, sig, v->s->grace);
	shutdown_late_begin(&v->late, &schedule);
	v->is_late = 1;
	v->retry = deadline_in(0);
	reaction_retry(v);
}

/*
 * If the reader has gone, end the group.  When a terminal goes away, HUP comes
 * as well: that is no second request.
 */
void
reaction_relay(struct supervisor *v)
{
	if (v->s->relay == NULL || relay_step(v->s->relay) == 0)
		return;
	v->end->unread = 1;
	if (v->shutdown == NULL && !v->is_draining) {
		v->is_hung_up = v->is_unread = 1;
		reaction_end(v, v->s->sig);
	}
}

/* TERM.  If it comes because the reader has gone, it is no second request. */
static void
take_request(struct supervisor *v)
{
	reaction_relay(v);
	if (v->is_unread) {
		v->is_unread = 0;
		v->is_continued = 1;
	} else
		reaction_end(v, v->s->sig);
}

/* HUP.  If the reader was the terminal that has gone, it is no new request. */
static void
take_hangup(struct supervisor *v)
{
	reaction_relay(v);
	if (v->is_hung_up) {
		v->is_hung_up = 0;
		v->is_continued = 1;
	} else
		reaction_end(v, v->s->hup_asks ? v->s->sig : SIGHUP);
}

/* --- stop and continue --- */

/* Stop the process pid, or 0: the process group.  Was it continued by CONT? */
static int
stop(struct ptyinput *ptyinput, int sig, pid_t pid)
{
	if (ptyinput != NULL)
		ptyinput_suspend(ptyinput);
	sigwake_stop(sig, pid);
	if (ptyinput != NULL)
		ptyinput_resume(ptyinput);
	return sigwake_continued();
}

/* TSTP, TTIN or TTOU came: stop the group and this process. */
static void
suspend(struct supervisor *v, int sig)
{
	const struct pgroup *group = &v->s->group;

	if (getpid() == 1) {
		pgroup_send(group, sig);
		sigwake_stop(sig, 1);	/* PID 1 does not stop */
		return;
	}
	if (sigwake_continued())	/* CONT came already: do not stop */
		return;
	pgroup_send(group, SIGSTOP);
	stop(v->ptyinput, sig, getpid());
}

/*
 * The command was stopped from within, as by a key of its own terminal.  If
 * this process runs in the foreground of the caller's terminal, stop its whole
 * process group, as the key would, so that the caller's shell goes on.  If
 * that is not possible, and only the command can read keys, continue the
 * command.
 */
static void
suspend_with_leader(struct supervisor *v)
{
	const struct pgroup *group = &v->s->group;

	if (!terminal_in_front() || sigwake_continued())
		return;
	pgroup_send(group, SIGSTOP);
	if (!stop(v->ptyinput, SIGTSTP, 0) && v->ptyinput != NULL)
		pgroup_send(group, SIGCONT);
}

/* --- signals --- */

static int
is_ignored(const struct supervise *s, int sig)
{
	return s->ignored != NULL && sigismember(s->ignored, sig) == 1;
}

/* The command has ended, and its last output is being relayed. */
void
reaction_drain(struct supervisor *v)
{
	v->is_cut |= v->is_asked;
	v->is_asked = 1;
	v->until = deadline_in(v->s->grace);
}

/* A signal while only output is left: no command can get it. */
static void
take_late_signal(struct supervisor *v, int sig)
{
	switch (sig) {
	case SIGINT:
		v->is_cut = 1;
		break;
	case SIGHUP:
	case SIGTERM:
		reaction_drain(v);
		break;
	case SIGCONT:
		if (v->ptyinput != NULL)
			ptyinput_resume(v->ptyinput);
		break;
	case SIGTSTP:
	case SIGTTIN:
	case SIGTTOU:
		suspend(v, sig);
		break;
	}
}

static void
take_signal(struct supervisor *v, int sig)
{
	switch (sig) {
	case SIGCHLD:
		reaper_look(&v->leader);
		if (v->leader.monitor_died && v->shutdown == NULL &&
		    !v->leader.dead)
			reaction_end(v, v->s->sig);
		if (v->shutdown == NULL && reaper_stopped(&v->leader))
			suspend_with_leader(v);
		break;
	case SIGTERM:
		take_request(v);
		break;
	case SIGHUP:
		take_hangup(v);
		break;
#ifdef SIGWINCH
	case SIGWINCH:
		/* A new size of the PTY signals the command by itself. */
		if ((v->ptyinput == NULL || !ptyinput_resize(v->ptyinput)) &&
		    !is_ignored(v->s, sig))
			pgroup_send(&v->s->group, sig);
		break;
#endif
	case SIGCONT:
		if (v->ptyinput != NULL)
			ptyinput_resume(v->ptyinput);
		if (!v->is_continued)
			pgroup_send(&v->s->group, sig);
		break;
	case SIGTSTP:
	case SIGTTIN:
	case SIGTTOU:
		v->is_continued = 0;
		suspend(v, sig);
		break;
	default:
		pgroup_send(&v->s->group, sig);
	}
}

/* React to one signal, by whether the command lives; note it (rule 1). */
static void
take_any_signal(struct supervisor *v, int sig)
{
	v->end->asked |= sig == SIGTERM || sig == SIGHUP || sig == SIGINT ||
	    sig == SIGQUIT;
	if (v->is_draining)
		take_late_signal(v, sig);
	else
		take_signal(v, sig);
}

void
reaction_signals(struct supervisor *v)
{
	int sig;

	while ((sig = sigwake_read(v->sigfd)) != 0)
		take_any_signal(v, sig);
	if (sigwake_stop_waits())
		take_any_signal(v, SIGTSTP);
}
