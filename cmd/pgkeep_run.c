#include "config.h"

#include <sys/types.h>

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/diag.h"
#include "pgkeep_keeper.h"
#include "proc/procref.h"
#include "base/sigwake.h"
#include "sys/os_stack.h"

/*
 * ms between looks at other services, and at the process of -K without a pidfd.
 */
#define LAST_LOOK	200
#define BLOCKED_LOOK	1000
#define WATCHED_LOOK	100

/* ms: an end so soon after an INT or QUIT is taken for its effect. */
#define INTERRUPTED	5000

/* Look again after k->look ms, which doubles up to most. */
static void
look_later(struct keeper *k, long long most)
{
	k->due = deadline_in(k->look);
	k->look = k->look < most / 2 ? k->look * 2 : most;
}

/* --- wants --------------------------------------------------------------- */

static void
obey_alive(struct keeper *k)
{
	switch (k->want.word) {
	case WANT_STOP:
		keeper_stop_child(k, GOAL_REST);
		break;
	case WANT_RESTART:
		keeper_stop_child(k, GOAL_START);
		break;
	default:
		if (k->service.line.state == SVCSTATE_STOPPING)
			k->goal = GOAL_START;
		else	/* the command runs, or is about to */
			keeper_answer(k);
	}
}

static void
obey(struct keeper *k)
{
	if (k->phase == ALIVE) {
		obey_alive(k);
	} else if (k->want.word == WANT_STOP) {
		keeper_enter(k, RESTING);
		keeper_publish(k, SVCSTATE_STOPPED);
	} else {
		k->o->restart.tries = 0;
		k->service.line.state = SVCSTATE_NONE;
		keeper_enter(k, WAITING);
	}
}

/* A keeper that is to end takes no more wants. */
static void
look_at_wants(struct keeper *k)
{
	const struct options *o = k->o;

	while (!k->asked && want_exists(o->dir, o->name)) {
		if (k->want.word != WANT_NOTHING)
			(void)want_answer(o->dir, o->name, &k->want,
			    WANT_REPLACED);
		k->want.word = WANT_NOTHING;
		if (!want_take(o->dir, o->name, &k->want))
			return;
		obey(k);
	}
}

/* --- the loop ------------------------------------------------------------ */

static void
interrupt(struct keeper *k, int sig)
{
	if (k->phase != ALIVE || k->has_ended) {
		k->asked = 1;
		return;
	}
	k->interrupt = sig;
	k->interrupted = deadline_in(INTERRUPTED);
}

/* The only place that reads signals. */
static void
read_signals(struct keeper *k)
{
	int sig;

	while ((sig = sigwake_read(k->sigfd)) != 0)
		switch (sig) {
		case SIGHUP:
			k->asked |= !sigismember(&k->signals.ignored, SIGHUP);
			break;
		case SIGTERM:
			k->asked = 1;
			break;
		case SIGINT:
		case SIGQUIT:
			if (!sigismember(&k->signals.ignored, sig))
				interrupt(k, sig);
			break;
		case SIGCHLD:
		case SIGCONT:
		case SIGPIPE:
			break;
		default:
			if (k->child != 0)
				kill(k->child, sig);
		}
}

static void
look_at_watched(struct keeper *k, int revents)
{
	if (!k->o->has_watched || k->lost ||
	    (k->watched != -1 ? revents == 0 :
	    procref_alive(&k->o->watched)))
		return;
	k->lost = k->asked = 1;
	if (k->watched != -1)
		close(k->watched);
	k->watched = -1;
}

/* The timeout for poll: in ms, or -1. */
static int
patience(const struct keeper *k)
{
	int timeout = -1;

	if (k->phase == WAITING || k->phase == DELAYED ||
	    (k->phase == ALIVE && k->asked && !k->term_sent))
		timeout = deadline_poll(&k->due);
	if (k->phase == ALIVE && k->has_ended)
		timeout = 0;
	if (k->o->has_watched && k->watched == -1 && !k->lost)
		timeout = deadline_sooner(timeout, WATCHED_LOOK);
	return timeout;
}

/* Wait for an event, and note it in *k. */
static void
wait_for_event(struct keeper *k)
{
	struct pollfd pfd[4] = {
		{ .fd = k->sigfd, .events = POLLIN },
		{ .fd = k->watched, .events = POLLIN },
		{ .fd = k->runner.fd, .events = POLLIN },
		{ .fd = k->service.unwritten ? k->service.events.fd : -1,
		    .events = POLLOUT }
	};
	int timeout = patience(k);

	if (timeout == -1)
		(void)os_stack_trim();	/* it may be long */
	if (poll(pfd, 4, timeout) == -1)
		memset(pfd, 0, sizeof pfd);
	read_signals(k);
	look_at_watched(k, pfd[1].revents);
	if (pfd[2].revents != 0)
		runner_read(&k->runner);
	if (pfd[3].revents != 0)
		service_retry(&k->service);
	keeper_reap(k);
}

static void
wait_for_others(struct keeper *k)
{
	enum svcstate as;

	if (!deadline_passed(&k->due))
		return;
	as = service_await(&k->service);
	if (as != SVCSTATE_NONE)
		keeper_answer(k);
	if (as != SVCSTATE_NONE)
		look_later(k, as == SVCSTATE_BLOCKED ? BLOCKED_LOOK :
		    LAST_LOOK);
	else if (want_exists(k->o->dir, k->o->name))
		k->due = deadline_in(0);	/* it came meanwhile */
	else if (keeper_is_alone(k))
		keeper_start(k);
}

/* The keeper is to end: end the command once the services of -B are gone. */
static void
ask_child(struct keeper *k)
{
	if (k->term_sent || !deadline_passed(&k->due))
		return;
	if (k->service.line.state != SVCSTATE_STOPPING)
		keeper_publish(k, SVCSTATE_STOPPING);
	if (!k->lost && service_must_linger(&k->service))
		look_later(k, LAST_LOOK);
	else
		keeper_end_child(k);
}

static void
step(struct keeper *k)
{
	if (k->phase == ALIVE) {
		if (k->runner.ready && k->ready == -1)
			keeper_be_ready(k);
		if (k->has_ended)
			keeper_after_end(k);
		else if (k->asked)
			ask_child(k);
	} else if (k->asked)
		keeper_enter(k, OVER);
	else if (k->phase == DELAYED && deadline_passed(&k->due))
		keeper_enter(k, WAITING);
	if (k->phase == WAITING && !k->asked)
		wait_for_others(k);
}

/* The last state: ended if the command ended before its TERM, else stopped. */
static void
leave(struct keeper *k)
{
	keeper_publish(k, k->ended_early ? SVCSTATE_ENDED : SVCSTATE_STOPPED);
	service_close(&k->service);
}

static void
take_signals(struct keeper *k)
{
	static const int signals[] = {
		SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGCHLD, SIGCONT, SIGPIPE,
		SIGUSR1, SIGUSR2, SIGALRM, SIGWINCH
	};
	sigset_t set;
	size_t i;

	sigemptyset(&set);
	for (i = 0; i < sizeof signals / sizeof signals[0]; i++)
		sigaddset(&set, signals[i]);
	child_hold_signals(&k->signals, &set);
	k->sigfd = sigwake_open(&set);
	if (k->sigfd == -1)
		diag_die(STATUS_OWN, "%s", k->o->name);
}

/*
 * Put the handle of this process into PGKEEP_ID: it tells the command its
 * keeper.
 */
static void
make_entry(struct keeper *k)
{
	char handle[HANDLE_TEXT];
	struct handle id;

	if (handle_own(&id) == -1)
		diag_die(STATUS_OWN, "%s: cannot make a handle", k->o->name);
	snprintf(k->entry, sizeof k->entry, "PGKEEP_ID=%s",
	    handle_format(&id, 0, handle));
}

static void
take_name(struct options *o)
{
	if (*o->argv == NULL)
		diag_usage(STATUS_OWN, "run: no name");
	o->name = *o->argv++;
	if (!svcstate_may_have(o->name))
		diag_diex(STATUS_OWN, "%s: a name has up to 200 of A-Z a-z "
		    "0-9 _ . and -, and begins with no .", o->name);
	if (*o->argv != NULL && strcmp(*o->argv, "--") == 0)
		o->argv++;
	if (*o->argv == NULL)
		diag_usage(STATUS_OWN, "%s: no command", o->name);
}

int
keep_service(struct options *o)
{
	struct keeper k;
	int status;

	take_name(o);
	memset(&k, 0, sizeof k);
	k.o = o;
	k.watched = k.runner.fd = -1;
	k.ready = -1;
	take_signals(&k);
	if (o->has_watched && procref_open(&o->watched, &k.watched) == -1)
		diag_die(STATUS_OWN, "process %ld", (long)o->watched.pid);
	make_entry(&k);
	service_open(&k.service, o);
	look_at_wants(&k);
	chain_end(&o->chain);
	diag_to(-1);
	if (k.phase == WAITING)
		keeper_enter(&k, WAITING);
	while (k.phase != OVER) {
		step(&k);
		if (k.phase == OVER)
			break;
		wait_for_event(&k);
		look_at_wants(&k);
	}
	leave(&k);
	status = k.service.line.last;
	return status != -1 ? status : 128 + SIGTERM;
}
