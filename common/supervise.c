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

/* The reader's end is the group's. */
static void
step_relay(struct watch *w)
{
	if (w->s->relay == NULL || relay_step(w->s->relay) == 0)
		return;
	w->end->unread = 1;
	if (w->ending == NULL) {
		w->is_hung_up = 1;
		begin_end(w, w->s->sig);
	}
}

/* If our output goes to the terminal that was closed, its reader went away. */
static void
hang_up(struct watch *w)
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

static void
take_signal(struct watch *w, int sig)
{
	switch (sig) {
	case SIGCHLD:
		leader_look(&w->leader);
		if (w->ending == NULL && leader_stopped(&w->leader))
			suspend_with_leader(&w->s->group, w->s->console);
		break;
	case SIGTERM:
		begin_end(w, w->s->sig);
		break;
	case SIGHUP:
		hang_up(w);
		break;
#ifdef SIGWINCH
	case SIGWINCH:
		/* A new size tells the command, if there is one to tell. */
		if ((w->s->console == NULL ||
		    !console_resize(w->s->console)) && !is_ignored(w->s, sig))
			pgroup_send(&w->s->group, sig);
		break;
#endif
	case SIGCONT:
		if (w->s->console != NULL)
			console_resume(w->s->console);
		if (!w->is_continued)
			pgroup_send(&w->s->group, sig);
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
	step_readiness(w);
	if (w->s->console != NULL)
		console_step(w->s->console, pfd + CONSOLE, CONSOLE_POLLFDS);
	step_relay(w);
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
	    .leader.pid = s->pid };
	sigset_t ignored;

	memset(end, 0, sizeof *end);
	end->start = s->notify == NULL ? SUPERVISE_READY : SUPERVISE_UNREADY;
	readiness_open(&w.readiness, s->notify, s->patience);
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
