#include "config.h"

#include <sys/types.h>

#include <signal.h>
#include <unistd.h>

#include "group/shutdown_one.h"
#include "job/reaction.h"
#include "base/sigwake.h"
#include "job/suspend.h"

/*
 * Once it is reaped a dead leader is no member any more, and its descriptor tells
 * whether there are others.  How it ended is known by then.  Where the system has
 * no such descriptors (Linux before 6.9) the leader stays.
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

void
reaction_end(struct supervisor *v, int sig)
{
	struct shutdown_options o = {
		.escapees = v->s->escapees, .leader = v->s->leader,
		.adopter = v->s->escapees ? getpid() : 0,
		.spared = v->s->guard, .monitor = v->s->monitor != NULL ?
		    v->s->monitor->pid : 0,
		.closed = v->s->adopted,
		.held = v->s->group.ref != -1 ? &v->s->group : NULL,
		.reap = reaction_reap, .arg = v
	};
	struct handle id = v->s->group.id;

	v->is_continued = 1;
	v->is_asked |= v->shutdown != NULL || !v->leader.dead;
	if (v->shutdown != NULL) {
		if (!v->shutdown->target[0].leader_only ||
		    pgroup_signal_leader(&v->s->group, sig) == -1)
			pgroup_signal(&v->s->group, sig);
		return;
	}
	/* There are no keys here, or no process is left that has it. */
	if (id.kind == HANDLE_KEYLESS ||
	    (v->leader.released && o.held == NULL))
		id.kind = HANDLE_BARE;
	schedule_default(&o.schedule, sig, v->s->grace);
	v->shutdown = shutdown_one_open(&id, &o);
	if (v->shutdown != NULL)
		shutdown_begin(v->shutdown);
	else			/* do what needs no memory */
		pgroup_signal(&v->s->group, v->s->grace == 0 ? SIGKILL : sig);
}

/*
 * Without a reader the group is to end.  Of a terminal that is gone HUP tells as
 * well, and then asks for nothing new.
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

/* Others end for the same reason, and ask us to: that is no second request. */
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

/* That of a terminal that is gone, and our reader, is no news. */
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

static int
is_ignored(const struct supervise *s, int sig)
{
	return s->ignored != NULL && sigismember(s->ignored, sig) == 1;
}

/*
 * The command has ended, and what it wrote is on its way: whoever asks for an end
 * leaves it the grace period, and whoever asks again does not wait for it.
 */
void
reaction_drain(struct supervisor *v)
{
	v->is_cut |= v->is_asked;
	v->is_asked = 1;
	v->until = deadline_in(v->s->grace);
}

/* There is no command left to pass it on to. */
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
		suspend(&v->s->group, v->ptyinput, sig);
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
			suspend_with_leader(&v->s->group, v->ptyinput);
		break;
	case SIGTERM:
		take_request(v);
		break;
	case SIGHUP:
		take_hangup(v);
		break;
#ifdef SIGWINCH
	case SIGWINCH:
		/* A new size tells the command, if there is one to tell. */
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
		suspend(&v->s->group, v->ptyinput, sig);
		break;
	default:
		pgroup_send(&v->s->group, sig);
	}
}

/* Every signal comes by here, and an end that was asked for is noted. */
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
