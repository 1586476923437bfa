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

/* What to poll for besides members, in these places. */
enum {
	SIGNALS,
	STOP,
	LIFELINE,
	START,
	CONSOLE = START + READINESS_POLLFDS,
	RELAY = CONSOLE + CONSOLE_POLLFDS,
	NPOLL = RELAY + RELAY_POLLFDS + SUPERVISE_NEWS
};

struct watch {
	const struct supervise	*s;
	struct supervise_end	*end;
	struct ending		*ending;	/* NULL: it goes on */
	int			 is_hung_up;	/* HUP would be news of old */
	int			 is_unread;	/* and so would a first TERM */
	int			 is_continued;	/* CONT of this turn, too */
	int			 is_asked;	/* to end, and not of itself */
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
		.spared = w->s->guard, .closed = w->s->adopted,
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
		w->is_hung_up = w->is_unread = 1;
		begin_end(w, w->s->sig);
	}
}

/* Others end for the same reason, and ask us to: that is no second request. */
static void
take_request(struct watch *w)
{
	step_relay(w);
	if (w->is_unread) {
		w->is_unread = 0;
		w->is_continued = 1;
	} else
		begin_end(w, w->s->sig);
}

/* That of a terminal that is gone, and our reader, is no news. */
static void
take_hangup(struct watch *w)
{
	step_relay(w);
	if (w->is_hung_up) {
		w->is_hung_up = 0;
		w->is_continued = 1;
	} else
		begin_end(w, SIGHUP);
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
		if (w->ending == NULL && leader_stopped(&w->leader))
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
		if ((w->console == NULL || !console_resize(w->console)) &&
		    !is_ignored(w->s, sig))
			pgroup_send(&w->s->group, sig);
		break;
#endif
	case SIGCONT:
		if (w->console != NULL)
			console_resume(w->console);
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

static void
meet_signals(struct watch *w)
{
	int sig;

	while ((sig = sigwake_read(w->sigfd)) != 0)
		meet_signal(w, sig);
	if (sigwake_stop_waits())
		meet_signal(w, SIGTSTP);
}

/*
 * On macOS the leader of a terminal's session cannot die, not even of KILL, while
 * there is output that nobody has read (kern_exit.c of xnu-11417).
 */
static void
let_leader_die(struct watch *w)
{
	if (w->s->console != NULL && w->s->relay != NULL && !w->leader.dead &&
	    w->ending != NULL && ending_done(w->ending))
		relay_give_up(w->s->relay);
}

static void
step_readiness(struct watch *w)
{
	const struct supervise *s = w->s;
	const struct readiness_ears ears = {
		.said = s->said, .status = s->status, .arg = s->arg
	};
	enum readiness_news news;

	while ((news = readiness_step(&w->readiness, &s->group.id,
	    &ears)) != READINESS_NOTHING)
		if (news == READINESS_EXECUTED && s->executed != NULL)
			s->executed(s->arg);
		else if (news == READINESS_BROKEN) {
			w->end->start = SUPERVISE_BROKEN;
			w->end->told = s->chain->told;
		} else if (news == READINESS_READY && w->ending == NULL) {
			w->end->start = SUPERVISE_READY;
			if (s->ready != NULL)
				s->ready(s->arg);
		} else if (news == READINESS_LATE) {
			w->end->start = SUPERVISE_LATE;
			begin_end(w, s->sig);
		}
}

/* Fill in what to poll for; return how many. */
static size_t
list_descriptors(const struct watch *w, struct pollfd pfd[NPOLL],
    int *timeout)
{
	size_t n;
	int i;

	for (i = 0; i < NPOLL; i++)
		pfd[i] = (struct pollfd){ .fd = -1, .events = POLLIN };
	pfd[SIGNALS].fd = w->sigfd;
	pfd[STOP].fd = w->stopfd;
	pfd[LIFELINE].fd = w->lifeline;
	if (w->is_draining)
		*timeout = deadline_poll(&w->until);
	else
		readiness_poll(&w->readiness, pfd + START, timeout);
	if (w->console != NULL && !w->is_draining)
		console_poll(w->console, pfd + CONSOLE, timeout);
	n = RELAY;
	if (w->s->relay != NULL)
		n += relay_poll(w->s->relay, pfd + n, timeout);
	if (w->s->news_poll != NULL)
		n += w->s->news_poll(pfd + n);
	return n;
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
	if (w->s->news_step != NULL)
		w->s->news_step();
	step_relay(w);		/* it may say that the command is ready */
	if (!w->is_draining) {
		step_readiness(w);
		if (w->console != NULL)
			console_step(w->console, pfd + CONSOLE,
			    CONSOLE_POLLFDS);
	}
	let_leader_die(w);
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
is_rest(const struct watch *w)
{
	if (!w->leader.released || (w->s->escapees && !w->s->adopted))
		return proctable_last() != w->s->pid;
	return !pgroup_vanished(&w->s->group) ||
	    (w->s->escapees && leader_any_child());
}

/*
 * Where a zombie cannot be told from the living the leader's own would count as
 * life for ever: then it goes now, as its number stays taken while the group has
 * members.
 */
static void
look_for_rest(struct watch *w)
{
	if (w->s->leave)
		return;
	reap_leader(w);
	if (w->ending == NULL && !is_rest(w))
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

/*
 * What stays ignored.  CONT and a new size are for ourselves, too, and CHLD is
 * never what the caller had.
 */
static void
find_ignored(const struct supervise *s, sigset_t *ignored)
{
	sigemptyset(ignored);
	if (s->ignored != NULL)
		*ignored = *s->ignored;
	sigdelset(ignored, SIGCHLD);
	sigdelset(ignored, SIGCONT);
#ifdef SIGWINCH
	sigdelset(ignored, SIGWINCH);
#endif
	if (s->relay != NULL)
		sigaddset(ignored, SIGPIPE);
}

int
supervise(const struct supervise *s, struct supervise_end *end)
{
	struct watch w = { .s = s, .end = end, .lifeline = s->lifeline,
	    .leader.pid = s->pid, .console = s->console };
	sigset_t ignored;

	memset(end, 0, sizeof *end);
	end->start = s->chain == NULL && s->notify == NULL ?
	    SUPERVISE_READY : SUPERVISE_UNREADY;
	readiness_open(&w.readiness, s->chain, s->notify, s->patience);
	if (s->console != NULL)
		console_resume(s->console);
	if (s->relay != NULL)
		signal(SIGPIPE, SIG_IGN);	/* EPIPE says it all */
	find_ignored(s, &ignored);
	w.sigfd = sigwake_open_all(&ignored);
	if (w.sigfd == -1)
		return -1;
	w.stopfd = sigwake_open_stop();
	leader_look(&w.leader);	/* CHLD may have come and gone */
	step_relay(&w);
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
