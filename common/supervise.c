#include "config.h"

#include <sys/types.h>

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "deadline.h"
#include "drain.h"
#include "groupend.h"
#include "leader.h"
#include "os_stack.h"
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
};

/* Start the end of the group with sig, unless it goes on already. */
static void
begin_end(struct watch *w, int sig)
{
	struct ending_options o = {
		.escapees = w->s->escapees,
		.adopter = w->s->escapees ? getpid() : 0,
		.spared = w->s->guard
	};
	struct procid id = w->s->group.id;

	w->is_continued = 1;
	w->is_asked |= w->ending != NULL || !w->leader.dead;
	if (w->ending != NULL) {
		pgroup_signal(&w->s->group, sig);
		return;
	}
	/* There are no keys here, or there is nobody left who has it. */
	if (id.kind == PROCID_KEYLESS || w->leader.released)
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

static void
take_signal(struct watch *w, int sig)
{
	if (w->s->divert != NULL && w->s->divert(sig, w->s->arg))
		return;
	w->end->asked |= sig == SIGTERM || (sig == SIGHUP && !w->s->nohup) ||
	    sig == SIGINT || sig == SIGQUIT;
	switch (sig) {
	case SIGCHLD:
		leader_look(&w->leader);
		if (w->ending == NULL && leader_stopped(&w->leader))
			suspend_with_leader(&w->s->group, w->s->console);
		break;
	case SIGTERM:
		ask_to_end(w, sig);
		break;
	case SIGHUP:
		if (w->is_hung_up) {
			w->is_hung_up = 0;
			w->is_continued = 1;
		} else if (w->s->nohup)
			pgroup_send(&w->s->group, sig);
		else
			begin_end(w, sig);
		break;
#ifdef SIGWINCH
	case SIGWINCH:
		/* A new size tells the command, if there is one to tell. */
		if (w->s->console == NULL || !console_resize(w->s->console))
			pgroup_send(&w->s->group, sig);
		break;
#endif
	case SIGCONT:
		if (w->s->console != NULL)
			console_resume(w->s->console);
		if (!w->is_continued)
			pgroup_send(&w->s->group, sig);
		if (w->s->may_end != NULL)
			ask_to_end(w, sig);
		break;
	case SIGTSTP:
	case SIGTTIN:
	case SIGTTOU:
		w->is_continued = 0;
		suspend(&w->s->group, w->s->console, sig);
		break;
	default:
		pgroup_send(&w->s->group, sig);
	}
}

/* The reader's end is the group's. */
static void
step_relay(struct watch *w)
{
	if (w->s->relay == NULL || relay_step(w->s->relay) == 0)
		return;
	w->end->unread = 1;
	if (w->ending == NULL) {
		w->is_hung_up = 1;
		begin_end(w, SIGHUP);
	}
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
	pfd[NOTIFY].fd = readiness_poll(&w->readiness, timeout);
	if (w->is_held)
		*timeout = deadline_sooner(*timeout, HELD);
	if (w->s->console != NULL)
		console_poll(w->s->console, pfd + CONSOLE, timeout);
	if (w->s->relay == NULL)
		return RELAY;
	return RELAY + relay_poll(w->s->relay, pfd + RELAY, timeout);
}

/* Wait for whatever comes next, and deal with it. */
static void
turn(struct watch *w)
{
	struct pollfd pfd[NPOLL];
	int sig, timeout = -1;
	size_t n = list_descriptors(w, pfd, &timeout);

	if (w->ending != NULL && !ending_done(w->ending))
		ending_wait(w->ending, pfd, n, timeout);
	else
		poll(pfd, n, timeout);
	/* The end of a terminal is HUP and CONT in one go (Linux 6.18). */
	w->is_continued = 0;
	while ((sig = sigwake_read(w->sigfd)) != 0)
		take_signal(w, sig);
	if (sigwake_stop_waits())
		take_signal(w, SIGTSTP);
	if (w->lifeline != -1 && pfd[LIFELINE].revents != 0) {
		w->lifeline = -1;
		begin_end(w, w->s->sig);
	}
	if (w->is_held)
		ask_to_end(w, SIGTERM);
	step_readiness(w);
	if (w->s->console != NULL)
		console_step(w->s->console, pfd + CONSOLE, CONSOLE_POLLFDS);
	step_relay(w);
	let_leader_die(w);
}

static int
stop_at_first(pid_t pid, void *arg)
{
	(void)pid, (void)arg;
	return 1;
}

/*
 * The leader is dead: is there a rest to be ended?  If no process was made
 * since the leader there is none, and that costs one read.  Where a zombie
 * cannot be told from the living its own would count as life for ever: then
 * it goes now, as its number stays taken while the group has members.
 */
static void
look_for_rest(struct watch *w)
{
	if (w->ending == NULL && proctable_last() == w->s->pid)
		return;
	if (proctable_list(stop_at_first, NULL) == -1)
		leader_release(&w->leader);
	if (!w->s->leave && w->ending == NULL)
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

static void
drain_relay(struct watch *w)
{
	w->end->unread |= drain(w->s->relay, w->s->console, w->sigfd,
	    w->is_asked, w->s->grace);
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
	    .leader.pid = s->pid };

	memset(end, 0, sizeof *end);
	end->start = s->notify == NULL ? SUPERVISE_READY : SUPERVISE_UNREADY;
	readiness_open(&w.readiness, s->notify, s->patience);
	if (s->console != NULL)
		console_resume(s->console);
	if (s->relay != NULL)
		signal(SIGPIPE, SIG_IGN);	/* EPIPE says it all */
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
	if (s->relay != NULL)
		drain_relay(&w);
	end->rest = rest_of(&w);
	leader_release(&w.leader);
	end->code = w.leader.code;
	end->status = w.leader.status;
	groupend_close(w.ending);
	return 0;
}
