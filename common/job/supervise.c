#include "config.h"

#include <sys/types.h>

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/deadline.h"
#include "group/shutdown_one.h"
#include "sys/os_stack.h"
#include "base/parse.h"
#include "job/reaction.h"
#include "base/sigwake.h"
#include "job/supervise.h"

/* What to poll for besides members, in these places. */
enum {
	SIGNALS,
	STOP,
	LIFELINE,
	START,
	CONSOLE = START + READINESS_POLLFDS,
	RELAY = CONSOLE + PTYINPUT_POLLFDS,
	NPOLL = RELAY + RELAY_POLLFDS + SUPERVISE_NEWS
};

/*
 * On macOS the leader of a terminal's session cannot die, not even of KILL, while
 * there is output that nobody has read (kern_exit.c of xnu-11417).
 */
static void
let_leader_die(struct watch *w)
{
	if (w->s->console != NULL && w->s->relay != NULL && !w->leader.dead &&
	    w->ending != NULL && shutdown_done(w->ending))
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
			w->end->told = s->chain->told || w->ending != NULL;
		} else if (news == READINESS_READY && w->ending == NULL) {
			w->end->start = SUPERVISE_READY;
			if (s->ready != NULL)
				s->ready(s->arg);
		} else if (news == READINESS_LATE) {
			w->end->start = SUPERVISE_LATE;
			reaction_end(w, s->sig);
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
		ptyinput_poll(w->console, pfd + CONSOLE, timeout);
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
		reaction_drain(w);
	else
		reaction_end(w, w->s->sig);
}

/* Wait for whatever comes next, and deal with it. */
static void
turn(struct watch *w)
{
	struct pollfd pfd[NPOLL];
	int timeout = -1;
	size_t n = list_descriptors(w, pfd, &timeout);

	if (w->ending != NULL && !shutdown_done(w->ending))
		shutdown_wait(w->ending, pfd, n, timeout);
	else
		poll(pfd, n, timeout);
	/* The end of a terminal is HUP and CONT in one go (Linux 6.18). */
	w->is_continued = 0;
	reaction_signals(w);
	if (w->lifeline != -1 && pfd[LIFELINE].revents != 0)
		lose_lifeline(w);
	if (w->s->news_step != NULL)
		w->s->news_step();
	reaction_relay(w);		/* it may say that the command is ready */
	if (!w->is_draining) {
		step_readiness(w);
		if (w->console != NULL)
			ptyinput_step(w->console, pfd + CONSOLE,
			    PTYINPUT_POLLFDS);
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
	reaction_reap(w);
	if (w->ending == NULL && !is_rest(w))
		return;
	if (!w->leader.released && proctable_list(stop_at_first, NULL) == -1)
		reaper_release(&w->leader);
	if (w->ending == NULL)
		reaction_end(w, w->s->sig);
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
		    shutdown_done(w->ending)))
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
		ptyinput_finish(w->console);
		if (!w->console->terminal.raw)
			w->console = NULL;
	}
	reaction_relay(w);
	while (relay != NULL && !relay_idle(relay) && !w->is_cut &&
	    !deadline_passed(&w->until))
		turn(w);
	reaction_signals(w);	/* what came meanwhile is no news to others */
}

static enum supervise_rest
rest_of(const struct watch *w)
{
	switch (w->ending == NULL ? SHUTDOWN_GONE : w->ending->target[0].state) {
	case SHUTDOWN_GONE:
		return SUPERVISE_NOTHING;
	case SHUTDOWN_ENDED:
		return SUPERVISE_ENDED;
	case SHUTDOWN_KILLED:
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
	    .leader.pid = s->pid, .leader.monitor = s->monitor,
	    .console = s->console };
	sigset_t ignored;

	memset(end, 0, sizeof *end);
	end->start = s->chain == NULL && s->notify == NULL ?
	    SUPERVISE_READY : SUPERVISE_UNREADY;
	readiness_open(&w.readiness, s->chain, s->notify, s->patience);
	if (s->relay != NULL)
		signal(SIGPIPE, SIG_IGN);	/* EPIPE says it all */
	if (s->console != NULL)
		ptyinput_resume(s->console);
	find_ignored(s, &ignored);
	w.sigfd = sigwake_open_all(&ignored);
	if (w.sigfd == -1)
		return -1;
	w.stopfd = sigwake_open_stop();
	reaper_look(&w.leader);	/* CHLD may have come and gone */
	reaction_relay(&w);
	step_readiness(&w);
	(void)os_stack_trim();	/* of what the start took */
	run(&w);
	if (s->until_ready && end->start == SUPERVISE_READY && !w.leader.dead) {
		if (s->notify != NULL)
			notify_settle(s->notify, &s->group.id);
		return 0;
	}
	drain(&w);
	end->rest = rest_of(&w);
	reaper_release(&w.leader);
	end->code = w.leader.code;
	end->status = w.leader.status;
	shutdown_one_close(w.ending);
	return 0;
}
