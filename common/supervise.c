#include "config.h"

#include <sys/types.h>

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "deadline.h"
#include "groupend.h"
#include "leader.h"
#include "os_stack.h"
#include "parse.h"
#include "readiness.h"
#include "sigwake.h"
#include "supervise.h"
#include "suspend.h"

#define HELD	50		/* ms between looks at who is to end first */

/* What to poll for besides members, in these places. */
enum {
	SIGNALS,
	STOP,
	LIFELINE,
	NOTIFY,
	CONSOLE,
	RELAY = CONSOLE + CONSOLE_POLLFDS,
	NPOLL = RELAY + RELAY_POLLFDS
};

struct watch {
	const struct supervise	*s;
	struct supervise_end	*end;
	struct ending		*ending;	/* NULL: it goes on */
	int			 is_hung_up;	/* HUP would be news of old */
	int			 is_continued;	/* CONT of this turn, too */
	int			 is_asked;	/* to end, and not of itself */
	int			 is_held;	/* asked, but others are first */
	struct leader		 leader;
	int			 sigfd, stopfd, lifeline;
	struct readiness	 readiness;
	struct console		*console;	/* NULL: it needs no care */
	int			 is_draining;	/* only output is left */
	int			 is_cut;	/* which nobody waits for */
	struct deadline		 until;		/* and no longer than this */
};

/*
 * Once it is reaped a dead leader is no member any more, and its descriptor tells
 * whether there are others.  How it ended is known by then.  Where the system has
 * no such descriptors (Linux before 6.9) the leader stays.
 */
static void
reap_leader(void *arg)
{
	struct watch *w = arg;
	const struct pgroup *group = &w->s->group;

	leader_look(&w->leader);
	if (w->leader.dead && !w->leader.released &&
	    procid_signal_group(group->id.pid, group->ref, 0) == 0)
		leader_release(&w->leader);
}

/* Start the end of the group with sig, unless it goes on already. */
static void
begin_end(struct watch *w, int sig)
{
	struct ending_options o = {
		.escapees = w->s->escapees, .leader = w->s->leader,
		.adopter = w->s->escapees ? getpid() : 0,
		.spared = w->s->guard, .monitor = w->s->monitor != NULL ?
		    w->s->monitor->pid : 0,
		.held = w->s->group.ref != -1 ? &w->s->group : NULL,
		.reap = reap_leader, .arg = w
	};
	struct procid id = w->s->group.id;

	w->is_continued = 1;
	w->is_asked |= w->ending != NULL || !w->leader.dead;
	if (w->ending != NULL) {
		if (!w->ending->target[0].aside ||
		    pgroup_signal_leader(&w->s->group, sig) == -1)
			pgroup_signal(&w->s->group, sig);
		return;
	}
	/* There are no keys here, or no process is left that has it. */
	if (id.kind == PROCID_KEYLESS ||
	    (w->leader.released && o.held == NULL))
		id.kind = PROCID_BARE;
	schedule_default(&o.schedule, sig, w->s->grace);
	w->ending = groupend_open(&id, &o);
	if (w->ending != NULL)
		ending_begin(w->ending);
	else			/* do what needs no memory */
		pgroup_signal(&w->s->group, w->s->grace == 0 ? SIGKILL : sig);
}

/* Others may have a say in it; and who is ending is not asked twice. */
static void
ask_to_end(struct watch *w, int sig)
{
	int (*may_end)(int, void *) = w->s->may_end;
	int now = may_end == NULL || (w->ending == NULL &&
	    may_end(sig, w->s->arg));

	if (sig == SIGTERM) {
		w->is_held = !now && w->ending == NULL;
		w->is_asked |= w->ending != NULL;
	}
	if (now)
		begin_end(w, w->s->sig);
}

/*
 * Without a reader the group is to end.  Of a terminal that is gone HUP tells as
 * well, and then asks for nothing new.
 */
static void
step_relay(struct watch *w)
{
	if (w->s->relay == NULL || relay_step(w->s->relay) == 0)
		return;
	w->end->unread = 1;
	if (w->ending == NULL && !w->is_draining) {
		w->is_hung_up = 1;
		begin_end(w, w->s->sig);
	}
}

/* That of a terminal that is gone, and our reader, is no news. */
static void
take_hangup(struct watch *w)
{
	step_relay(w);
	if (w->is_hung_up) {
		w->is_hung_up = 0;
		w->is_continued = 1;
	} else if (w->s->hup_asks)
		ask_to_end(w, SIGTERM);
	else if (w->s->nohup)
		pgroup_send(&w->s->group, SIGHUP);
	else
		begin_end(w, SIGHUP);
}

/*
 * The command has ended, and what it wrote is on its way: whoever asks for an end
 * leaves it the grace period, and whoever asks again does not wait for it.
 */
static void
ask_to_drain(struct watch *w)
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
		if (w->s->nohup)
			break;
		/* FALLTHROUGH */
	case SIGTERM:
		ask_to_drain(w);
		break;
	case SIGCONT:
		if (w->console != NULL)
			console_resume(w->console);
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
		leader_look(&w->leader);
		if (w->leader.deserted && w->ending == NULL &&
		    !w->leader.dead)
			begin_end(w, w->s->sig);
		if (w->ending == NULL && leader_stopped(&w->leader))
			suspend_with_leader(&w->s->group, w->console);
		break;
	case SIGTERM:
		ask_to_end(w, sig);
		break;
	case SIGHUP:
		take_hangup(w);
		break;
#ifdef SIGWINCH
	case SIGWINCH:
		/* A new size tells the command, if there is one to tell. */
		if (w->console == NULL || !console_resize(w->console))
			pgroup_send(&w->s->group, sig);
		break;
#endif
	case SIGCONT:
		if (w->console != NULL)
			console_resume(w->console);
		if (!w->is_continued)
			pgroup_send(&w->s->group, sig);
		if (w->s->may_end != NULL)
			ask_to_end(w, sig);
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
	if (w->s->divert != NULL && w->s->divert(sig, w->s->arg))
		return;
	w->end->asked |= sig == SIGTERM || (sig == SIGHUP && !w->s->nohup) ||
	    sig == SIGINT || sig == SIGQUIT;
	if (w->is_draining)
		take_late_signal(w, sig);
	else
		take_signal(w, sig);
}

static void
meet_signals(struct watch *w)
{
	int sig;

	while ((sig = sigwake_read(w->sigfd)) != 0)
		meet_signal(w, sig);
	if (sigwake_stop_waits())
		meet_signal(w, SIGTSTP);
}

static void
step_readiness(struct watch *w)
{
	const struct supervise *s = w->s;

	switch (readiness_step(&w->readiness, &s->group.id, s->status,
	    s->arg)) {
	case READINESS_READY:
		if (w->ending != NULL)
			break;
		w->end->start = SUPERVISE_READY;
		if (s->ready != NULL)
			s->ready(s->arg);
		break;
	case READINESS_LATE:
		w->end->start = SUPERVISE_LATE;
		begin_end(w, s->sig);
		break;
	case READINESS_NOTHING:
		break;
	}
}

/* Fill in what to poll for; return how many. */
static size_t
list_descriptors(const struct watch *w, struct pollfd pfd[NPOLL],
    int *timeout)
{
	int i;

	for (i = 0; i < NPOLL; i++)
		pfd[i] = (struct pollfd){ .fd = -1, .events = POLLIN };
	pfd[SIGNALS].fd = w->sigfd;
	pfd[STOP].fd = w->stopfd;
	pfd[LIFELINE].fd = w->lifeline;
	if (w->is_draining)
		*timeout = deadline_poll(&w->until);
	else
		pfd[NOTIFY].fd = readiness_poll(&w->readiness, timeout);
	if (w->is_held)
		*timeout = deadline_sooner(*timeout, HELD);
	if (w->console != NULL && !w->is_draining)
		console_poll(w->console, pfd + CONSOLE, timeout);
	if (w->s->relay == NULL)
		return RELAY;
	return RELAY + relay_poll(w->s->relay, pfd + RELAY, timeout);
}

/* The process that this group is not to outlive has ended: as if TERM came. */
static void
lose_lifeline(struct watch *w)
{
	w->lifeline = -1;
	if (w->is_draining)
		ask_to_drain(w);
	else
		begin_end(w, w->s->sig);
}

/* Wait for whatever comes next, and deal with it. */
static void
turn(struct watch *w)
{
	struct pollfd pfd[NPOLL];
	int timeout = -1;
	size_t n = list_descriptors(w, pfd, &timeout);

	if (w->ending != NULL && !ending_done(w->ending))
		ending_wait(w->ending, pfd, n, timeout);
	else
		poll(pfd, n, timeout);
	/* The end of a terminal is HUP and CONT in one go (Linux 6.18). */
	w->is_continued = 0;
	meet_signals(w);
	if (w->lifeline != -1 && pfd[LIFELINE].revents != 0)
		lose_lifeline(w);
	if (!w->is_draining) {
		if (w->is_held)
			ask_to_end(w, SIGTERM);
		step_readiness(w);
		if (w->console != NULL)
			console_step(w->console, pfd + CONSOLE,
			    CONSOLE_POLLFDS);
	}
	step_relay(w);
}

static int
stop_at_first(pid_t pid, void *arg)
{
	(void)pid, (void)arg;
	return 1;
}

/*
 * The leader is dead: is there a rest to be ended?  Where the group tells of itself
 * without the leader, it is asked.  If no process was made since the leader there
 * is none, either, and that costs one read.
 */
static int
is_rest(struct watch *w)
{
	if (w->s->escapees)
		return proctable_last() != w->s->pid;
	reap_leader(w);
	return w->leader.released ? !pgroup_vanished(&w->s->group) :
	    proctable_last() != w->s->pid;
}

/*
 * Where a zombie cannot be told from the living the leader's own would count as
 * life for ever: then it goes now, as its number stays taken while the group has
 * members.
 */
static void
look_for_rest(struct watch *w)
{
	if (w->s->leave || (w->ending == NULL && !is_rest(w)))
		return;
	if (!w->leader.released && proctable_list(stop_at_first, NULL) == -1)
		leader_release(&w->leader);
	if (w->ending == NULL)
		begin_end(w, w->s->sig);
}

static void
run(struct watch *w)
{
	int looked = 0;

	for (;;) {
		if (w->s->until_ready && w->end->start == SUPERVISE_READY)
			return;
		if (w->leader.dead && !looked++)
			look_for_rest(w);
		if (w->leader.dead && (w->ending == NULL || w->s->leave ||
		    ending_done(w->ending)))
			return;
		turn(w);
	}
}

/*
 * Pass on the output that is on its way, as long as nobody interrupts that.  Keys
 * work for us again once its terminal is back.
 */
static void
drain(struct watch *w)
{
	struct relay *relay = w->s->relay;

	w->is_draining = 1;
	w->is_held = 0;
	w->until = deadline_in(w->is_asked ? w->s->grace : PARSE_FOREVER);
	if (relay != NULL)
		relay_finish(relay);
	if (w->console != NULL) {
		console_finish(w->console);
		if (!w->console->terminal.raw)
			w->console = NULL;
	}
	step_relay(w);
	while (relay != NULL && !relay_idle(relay) && !w->is_cut &&
	    !deadline_passed(&w->until))
		turn(w);
	meet_signals(w);	/* what came meanwhile is no news to others */
}

static enum supervise_rest
rest_of(const struct watch *w)
{
	switch (w->ending == NULL ? ENDING_GONE : w->ending->target[0].state) {
	case ENDING_GONE:
		return SUPERVISE_NOTHING;
	case ENDING_ENDED:
		return SUPERVISE_ENDED;
	case ENDING_KILLED:
		return SUPERVISE_KILLED;
	default:
		return w->s->leave ? SUPERVISE_NOTHING : SUPERVISE_ALIVE;
	}
}

int
supervise(const struct supervise *s, struct supervise_end *end)
{
	struct watch w = { .s = s, .end = end, .lifeline = s->lifeline,
	    .leader.pid = s->pid, .leader.monitor = s->monitor, .console = s->console };

	memset(end, 0, sizeof *end);
	end->start = s->notify == NULL ? SUPERVISE_READY : SUPERVISE_UNREADY;
	readiness_open(&w.readiness, s->notify, s->patience);
	if (s->relay != NULL)
		signal(SIGPIPE, SIG_IGN);	/* EPIPE says it all */
	if (s->console != NULL)
		console_resume(s->console);
	w.sigfd = sigwake_open_all(s->relay != NULL ? SIGPIPE : 0);
	if (w.sigfd == -1)
		return -1;
	w.stopfd = sigwake_open_stop();
	leader_look(&w.leader);	/* CHLD may have come and gone */
	step_readiness(&w);
	(void)os_stack_trim();	/* of what the start took */
	run(&w);
	if (s->until_ready && end->start == SUPERVISE_READY && !w.leader.dead)
		return 0;
	drain(&w);
	end->rest = rest_of(&w);
	leader_release(&w.leader);
	end->code = w.leader.code;
	end->status = w.leader.status;
	groupend_close(w.ending);
	return 0;
}
