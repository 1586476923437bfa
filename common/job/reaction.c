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
	struct watch *w = arg;
	const struct pgroup *group = &w->s->group;

	reaper_look(&w->leader);
	if (w->leader.dead && !w->leader.released &&
	    handle_signal_group(group->id.pid, group->ref, 0) == 0)
		reaper_release(&w->leader);
}

void
reaction_end(struct watch *w, int sig)
{
	struct shutdown_options o = {
		.escapees = w->s->escapees, .leader = w->s->leader,
		.adopter = w->s->escapees ? getpid() : 0,
		.spared = w->s->guard, .monitor = w->s->monitor != NULL ?
		    w->s->monitor->pid : 0,
		.closed = w->s->adopted,
		.held = w->s->group.ref != -1 ? &w->s->group : NULL,
		.reap = reaction_reap, .arg = w
	};
	struct handle id = w->s->group.id;

	w->is_continued = 1;
	w->is_asked |= w->ending != NULL || !w->leader.dead;
	if (w->ending != NULL) {
		if (!w->ending->target[0].aside ||
		    pgroup_signal_leader(&w->s->group, sig) == -1)
			pgroup_signal(&w->s->group, sig);
		return;
	}
	/* There are no keys here, or no process is left that has it. */
	if (id.kind == HANDLE_KEYLESS ||
	    (w->leader.released && o.held == NULL))
		id.kind = HANDLE_BARE;
	schedule_default(&o.schedule, sig, w->s->grace);
	w->ending = shutdown_one_open(&id, &o);
	if (w->ending != NULL)
		shutdown_begin(w->ending);
	else			/* do what needs no memory */
		pgroup_signal(&w->s->group, w->s->grace == 0 ? SIGKILL : sig);
}

/*
 * Without a reader the group is to end.  Of a terminal that is gone HUP tells as
 * well, and then asks for nothing new.
 */
void
reaction_relay(struct watch *w)
{
	if (w->s->relay == NULL || relay_step(w->s->relay) == 0)
		return;
	w->end->unread = 1;
	if (w->ending == NULL && !w->is_draining) {
		w->is_hung_up = w->is_unread = 1;
		reaction_end(w, w->s->sig);
	}
}

/* Others end for the same reason, and ask us to: that is no second request. */
static void
take_request(struct watch *w)
{
	reaction_relay(w);
	if (w->is_unread) {
		w->is_unread = 0;
		w->is_continued = 1;
	} else
		reaction_end(w, w->s->sig);
}

/* That of a terminal that is gone, and our reader, is no news. */
static void
take_hangup(struct watch *w)
{
	reaction_relay(w);
	if (w->is_hung_up) {
		w->is_hung_up = 0;
		w->is_continued = 1;
	} else
		reaction_end(w, w->s->hup_asks ? w->s->sig : SIGHUP);
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
reaction_drain(struct watch *w)
{
	w->is_cut |= w->is_asked;
	w->is_asked = 1;
	w->until = deadline_in(w->s->grace);
}

/* There is no command left to pass it on to. */
static void
take_late_signal(struct watch *w, int sig)
{
	switch (sig) {
	case SIGINT:
		w->is_cut = 1;
		break;
	case SIGHUP:
	case SIGTERM:
		reaction_drain(w);
		break;
	case SIGCONT:
		if (w->console != NULL)
			ptyinput_resume(w->console);
		break;
	case SIGTSTP:
	case SIGTTIN:
	case SIGTTOU:
		suspend(&w->s->group, w->console, sig);
		break;
	}
}

static void
take_signal(struct watch *w, int sig)
{
	switch (sig) {
	case SIGCHLD:
		reaper_look(&w->leader);
		if (w->leader.deserted && w->ending == NULL &&
		    !w->leader.dead)
			reaction_end(w, w->s->sig);
		if (w->ending == NULL && reaper_stopped(&w->leader))
			suspend_with_leader(&w->s->group, w->console);
		break;
	case SIGTERM:
		take_request(w);
		break;
	case SIGHUP:
		take_hangup(w);
		break;
#ifdef SIGWINCH
	case SIGWINCH:
		/* A new size tells the command, if there is one to tell. */
		if ((w->console == NULL || !ptyinput_resize(w->console)) &&
		    !is_ignored(w->s, sig))
			pgroup_send(&w->s->group, sig);
		break;
#endif
	case SIGCONT:
		if (w->console != NULL)
			ptyinput_resume(w->console);
		if (!w->is_continued)
			pgroup_send(&w->s->group, sig);
		break;
	case SIGTSTP:
	case SIGTTIN:
	case SIGTTOU:
		w->is_continued = 0;
		suspend(&w->s->group, w->console, sig);
		break;
	default:
		pgroup_send(&w->s->group, sig);
	}
}

/* Every signal comes by here, and an end that was asked for is noted. */
static void
meet_signal(struct watch *w, int sig)
{
	w->end->asked |= sig == SIGTERM || sig == SIGHUP || sig == SIGINT ||
	    sig == SIGQUIT;
	if (w->is_draining)
		take_late_signal(w, sig);
	else
		take_signal(w, sig);
}

void
reaction_signals(struct watch *w)
{
	int sig;

	while ((sig = sigwake_read(w->sigfd)) != 0)
		meet_signal(w, sig);
	if (sigwake_stop_waits())
		meet_signal(w, SIGTSTP);
}
