#include "config.h"

#include <sys/types.h>

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/deadline.h"
#include "base/fdio.h"
#include "group/shutdown_one.h"
#include "sys/os_stack.h"
#include "base/parse.h"
#include "job/reaction.h"
#include "base/sigwake.h"
#include "job/supervise.h"

#define SPARE_FOR_END	4
#define OPEN_TRIES	100
#define OPEN_PAUSE	20	/* ms */

/* The descriptors to poll besides those of the members. */
enum {
	SIGNALS,
	STOP,
	LIFELINE,
	START,
	PTYINPUT = START + READINESS_POLLFDS,
	ATTACH = PTYINPUT + PTYINPUT_POLLFDS,
	RELAY = ATTACH + ATTACH_POLLFDS,
	NPOLL = RELAY + RELAY_POLLFDS + SUPERVISE_NEWS
};

/*
 * On macOS the leader of a terminal's session cannot die, not even of KILL,
 * while the terminal has output that is not read (kern_exit.c of xnu-11417).
 */
static void
let_leader_die(struct supervisor *v)
{
	if (v->s->ptyinput != NULL && v->s->relay != NULL && !v->leader.dead &&
	    v->shutdown != NULL && shutdown_done(v->shutdown))
		relay_give_up(v->s->relay);
}

static void
step_readiness(struct supervisor *v)
{
	const struct supervise *s = v->s;
	const struct readiness_callbacks callbacks = {
		.said = s->said, .status = s->status, .arg = s->arg
	};
	enum readiness_news news;

	while ((news = readiness_step(&v->readiness, &s->group.id,
	    &callbacks)) != READINESS_NOTHING)
		if (news == READINESS_EXECUTED && s->executed != NULL)
			s->executed(s->arg);
		else if (news == READINESS_BROKEN) {
			v->end->start = SUPERVISE_BROKEN;
			v->end->told = s->chain->told || v->shutdown != NULL;
		} else if (news == READINESS_READY && v->shutdown == NULL) {
			v->end->start = SUPERVISE_READY;
			if (s->ready != NULL)
				s->ready(s->arg);
		} else if (news == READINESS_LATE) {
			v->end->start = SUPERVISE_LATE;
			memcpy(v->end->said, s->notify->said, NOTIFY_SAID);
			reaction_end(v, s->sig);
		}
}

/* Fill in the descriptors to poll; return how many. */
static size_t
list_descriptors(const struct supervisor *v, struct pollfd pfd[NPOLL],
    int *timeout)
{
	size_t n;
	int i;

	for (i = 0; i < NPOLL; i++)
		pfd[i] = (struct pollfd){ .fd = -1, .events = POLLIN };
	pfd[SIGNALS].fd = v->sigfd;
	pfd[STOP].fd = v->stopfd;
	pfd[LIFELINE].fd = v->lifeline;
	if (v->is_draining)
		*timeout = deadline_sooner(deadline_poll(&v->until),
		    v->is_asked && v->s->relay != NULL ?
		    relay_skip_reader(v->s->relay) : -1);
	else
		readiness_poll(&v->readiness, pfd + START, timeout);
	if (v->ptyinput != NULL && !v->is_draining)
		ptyinput_poll(v->ptyinput, pfd + PTYINPUT, timeout);
	if (v->s->attach != NULL)
		attach_poll(v->s->attach, pfd + ATTACH);
	if (v->is_late)
		*timeout = deadline_sooner(*timeout, deadline_poll(&v->retry));
	n = RELAY;
	if (v->s->relay != NULL)
		n += relay_poll(v->s->relay, pfd + n, timeout);
	if (v->s->news_poll != NULL)
		n += v->s->news_poll(pfd + n);
	return n;
}

/* The owner has died: act as after TERM. */
static void
lose_lifeline(struct supervisor *v)
{
	v->lifeline = -1;
	if (v->is_draining)
		reaction_drain(v);
	else
		reaction_end(v, v->s->sig);
}

/* Wait for the next events, and act on them. */
static void
turn(struct supervisor *v)
{
	struct pollfd pfd[NPOLL];
	int timeout = -1;
	size_t n = list_descriptors(v, pfd, &timeout);

	if (v->shutdown != NULL && !shutdown_done(v->shutdown))
		shutdown_wait(v->shutdown, pfd, n, timeout);
	else
		fdio_poll(pfd, n, timeout);
	/*
	 * When a terminal goes away, HUP and CONT come together (Linux 6.18).
	 */
	v->is_continued = 0;
	reaction_signals(v);
	if (v->lifeline != -1 && pfd[LIFELINE].revents != 0)
		lose_lifeline(v);
	if (v->s->news_step != NULL)
		v->s->news_step();
	reaction_retry(v);
	reaction_relay(v);		/* a line may say that it is ready */
	if (v->s->attach != NULL)
		attach_step(v->s->attach, pfd + ATTACH);
	if (!v->is_draining) {
		step_readiness(v);
		if (v->ptyinput != NULL)
			ptyinput_step(v->ptyinput, pfd + PTYINPUT,
			    PTYINPUT_POLLFDS);
	}
	let_leader_die(v);
}

static int
stop_at_first(pid_t pid, void *arg)
{
	(void)pid, (void)arg;
	return 1;
}

/*
 * The leader is dead: is a process of the group left?  If the leader is
 * reaped, the group's descriptor tells.  Otherwise there is none if no process
 * was made since the leader; that costs one read.
 */
static int
is_rest(const struct supervisor *v)
{
	if (!v->leader.released || (v->s->escapees && !v->s->adopted))
		return proctable_last() != v->s->pid;
	return !pgroup_vanished(&v->s->group) ||
	    (v->s->escapees && reaper_any_child());
}

/*
 * Where processes cannot be listed, a zombie leader would count as alive for
 * ever: then it is reaped now.  Its PID stays taken while the group has
 * members.
 */
static void
look_for_rest(struct supervisor *v)
{
	if (v->s->leave)
		return;
	reaction_reap(v);
	if (v->shutdown == NULL && !is_rest(v))
		return;
	if (!v->leader.released && proctable_list(stop_at_first, NULL) == -1)
		reaper_release(&v->leader);
	if (v->shutdown == NULL)
		reaction_end(v, v->s->sig);
}

static void
run(struct supervisor *v)
{
	int looked = 0;

	for (;;) {
		if (v->s->until_ready && v->end->start == SUPERVISE_READY)
			return;
		if (v->leader.dead && !looked++)
			look_for_rest(v);
		if (v->leader.dead && !v->is_late && (v->shutdown == NULL ||
		    v->s->leave || shutdown_done(v->shutdown)))
			return;
		turn(v);
	}
}

/*
 * Relay the output that is on its way, until a signal interrupts that.  Once
 * the terminal's modes are restored, its keys send signals to this process
 * again.
 */
static void
drain(struct supervisor *v)
{
	struct relay *relay = v->s->relay;

	v->is_draining = 1;
	v->until = deadline_in(v->is_asked ? v->s->grace : PARSE_FOREVER);
	if (relay != NULL)
		relay_finish(relay);
	if (v->ptyinput != NULL) {
		ptyinput_finish(v->ptyinput);
		if (!v->ptyinput->terminal.raw)
			v->ptyinput = NULL;
	}
	reaction_relay(v);
	while (relay != NULL && !relay_idle(relay) && !v->is_cut &&
	    !deadline_passed(&v->until))
		turn(v);
	reaction_signals(v);	/* read what came meanwhile */
}

/* What could not be ended, as far as it is known. */
static void
note_left(const struct watched *p, void *arg)
{
	struct supervise_end *end = arg;

	if (end->nleft < SUPERVISE_LEFT && proctable_alive(p->pid))
		end->left[end->nleft++] = p->pid;
}

/*
 * Where processes cannot be listed, an escapee shows only as a child of this
 * process, which has reaped all others.
 */
static int
is_escapee_left(const struct supervisor *v)
{
	return v->shutdown != NULL && v->s->adopted &&
	    !v->shutdown->options.escapees && v->s->guard == 0 &&
	    v->s->monitor == NULL && reaper_any_child();
}

static void
find_left(struct supervisor *v)
{
	if (is_escapee_left(v)) {
		v->end->rest = SUPERVISE_ALIVE;
		v->end->error = ENOSYS;
		return;
	}
	if (v->end->rest != SUPERVISE_ALIVE || v->shutdown == NULL)
		return;
	pgwatch_each(&v->shutdown->watch, PGWATCH_ALL, note_left, v->end);
	v->end->error = v->shutdown->strays.failed;
}

static enum supervise_rest
rest_of(const struct supervisor *v)
{
	if (v->end->error != 0)
		return SUPERVISE_ALIVE;
	switch (v->shutdown == NULL ? SHUTDOWN_GONE :
	    v->shutdown->target[0].state) {
	case SHUTDOWN_GONE:
		return SUPERVISE_NOTHING;
	case SHUTDOWN_ENDED:
		return SUPERVISE_ENDED;
	case SHUTDOWN_KILLED:
		return SUPERVISE_KILLED;
	default:
		return v->s->leave ? SUPERVISE_NOTHING : SUPERVISE_ALIVE;
	}
}

/*
 * The signals that stay ignored.  CONT and WINCH are for this process, too;
 * CHLD is never ignored.
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

/* The command runs already: what the system lacks now, it may have soon. */
static int
open_signals(const sigset_t *ignored)
{
	int fd, tries = 0;

	while ((fd = sigwake_open_all(ignored)) == -1 &&
	    ++tries < OPEN_TRIES)
		poll(NULL, 0, OPEN_PAUSE);
	return fd;
}

int
supervise(const struct supervise *s, struct supervise_end *end)
{
	struct supervisor v = { .s = s, .end = end, .lifeline = s->lifeline,
	    .leader.pid = s->pid, .leader.monitor = s->monitor,
	    .ptyinput = s->ptyinput };
	sigset_t ignored;

	memset(end, 0, sizeof *end);
	end->start = s->chain == NULL && s->notify == NULL ?
	    SUPERVISE_READY : SUPERVISE_UNREADY;
	readiness_open(&v.readiness, s->chain, s->notify, s->patience);
	if (s->relay != NULL)
		signal(SIGPIPE, SIG_IGN);	/* EPIPE is enough */
	if (s->ptyinput != NULL)
		ptyinput_resume(s->ptyinput);
	find_ignored(s, &ignored);
	fdspare_give(s->spare, s->spare->n - SPARE_FOR_END);
	v.sigfd = open_signals(&ignored);
	if (v.sigfd == -1)
		return -1;
	v.stopfd = sigwake_open_stop();
	if (end->start == SUPERVISE_READY && s->ready != NULL)
		s->ready(s->arg);
	reaper_look(&v.leader);	/* CHLD may have come before */
	reaction_relay(&v);
	step_readiness(&v);
	(void)os_stack_trim();	/* the start used more */
	run(&v);
	if (s->until_ready && end->start == SUPERVISE_READY && !v.leader.dead) {
		if (s->notify != NULL)
			notify_drain(s->notify, &s->group.id);
		return 0;
	}
	drain(&v);
	end->rest = rest_of(&v);
	reaper_release(&v.leader);
	find_left(&v);
	end->code = v.leader.code;
	end->status = v.leader.status;
	shutdown_one_close(v.shutdown);
	return 0;
}
