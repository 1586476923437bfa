#include "config.h"

#include <sys/types.h>

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "group/shutdown.h"
#include "base/fdio.h"
#include "base/parse.h"
#include "group/shutdown_send.h"

#define RECHECK	5	/* ms between scans while some seem gone */
#define LOOK	10	/* ms between looks at signalled leaders */

/*
 * Does errno say that processes cannot be listed, or that /proc is that of
 * another PID namespace?
 */
static int
is_blind(void)
{
	return errno == ENOSYS || errno == EXDEV;
}

/* Rule 1.  One snapshot serves all groups without a leader. */
static int
verify_all(struct shutdown *e, const struct handle *id)
{
	struct proctable table = { 0 };
	int listed = e->ngroups > 1 && proctable_read(&table) == 0;
	size_t i;

	if (e->ngroups > 1 && !listed && !is_blind())
		return e->n = 0, -1;
	for (i = 0; i < e->ngroups; i++) {
		struct shutdown_target *t = &e->target[i];
		int verdict = i == 0 && e->options.held != NULL ?
		    pgroup_open_held(&t->group, e->options.held) :
		    pgroup_open(&t->group, &id[i], listed ? &table : NULL);

		/* A group that is gone may have left escapees. */
		if (verdict != HANDLE_VERIFIED && verdict != HANDLE_GONE)
			t->state = SHUTDOWN_UNVERIFIED;
		pgwatch_add(&e->watch,
		    verdict == HANDLE_VERIFIED ? &t->group : NULL);
	}
	if (e->ngroups < e->n) {
		e->target[e->ngroups].group.ref = -1;
		pgwatch_add(&e->watch, NULL);
	}
	proctable_free(&table);
	return 0;
}

static void
finish(const struct shutdown *e, struct shutdown_target *t,
    enum shutdown_state state)
{
	t->state = state;
	t->ms = e->begun == 0 ? 0 : deadline_now() - e->begun;
}

/* Make the state of each target final that is gone. */
static void
note_gone(struct shutdown *e)
{
	size_t i;

	for (i = 0; i < e->n; i++) {
		struct shutdown_target *t = &e->target[i];

		if (t->state != SHUTDOWN_OPEN || !pgwatch_gone(&e->watch, i))
			continue;
		/* It was gone before; only the proof took until now. */
		if (e->begun != 0 && t->sent != 0 && !t->reached) {
			t->sent = 0;
			finish(e, t, SHUTDOWN_GONE);
			t->ms = 0;
			continue;
		}
		finish(e, t, e->begun == 0 ? SHUTDOWN_GONE :
		    t->sent == SIGKILL ? SHUTDOWN_KILLED : SHUTDOWN_ENDED);
	}
}

/* May the strays of this target be signalled?  (strays.h) */
static int
is_wanted(size_t item, void *arg)
{
	const struct shutdown *e = arg;

	return e->target[item].state != SHUTDOWN_UNVERIFIED;
}

static void
send_stray(size_t item, pid_t pid, int ref, void *arg)
{
	struct shutdown *e = arg;
	struct shutdown_target *t = &e->target[item];

	t->state = SHUTDOWN_OPEN;
	t->reached = 1;
	t->sent = e->sig;
	if (e->freezing)
		handle_signal(pid, ref, SIGSTOP);
	else if (shutdown_send_pending(e))
		e->nunkilled++;
	else if (!t->leader_only)	/* the watch has it last */
		shutdown_defer_send(e, &e->watch.procs.v[e->watch.procs.n - 1],
		    e->sig);
}

/*
 * How many targets seem gone to the watch?  *open: those without final state.
 */
static size_t
count_gone(const struct shutdown *e, size_t *open)
{
	size_t i, gone = 0;

	for (i = *open = 0; i < e->n; i++)
		if (e->target[i].state == SHUTDOWN_OPEN) {
			++*open;
			gone += pgwatch_gone(&e->watch, i) != 0;
		}
	return gone;
}

/*
 * Scan for strays now and then, and before a group counts as gone.  Return 1 if
 * it is certain that the groups that seem gone are gone.  Groups that end one
 * by one share a scan.
 */
static int
scan_strays(struct shutdown *e)
{
	size_t open, gone = count_gone(e, &open);
	int settled = 0;

	if (gone == 0)
		strays_scan_if_due(&e->strays);
	else if (gone == open || deadline_passed(&e->recheck)) {
		e->recheck = deadline_in(RECHECK);
		settled = strays_find_all(&e->strays);
	}
	if (e->nunkilled > 0)
		shutdown_send(e, e->sig);
	return settled;
}

static void
settle_ends(struct shutdown *e)
{
	if (!strays_active(&e->strays) || scan_strays(e))
		note_gone(e);
}

static int
open_strays(struct shutdown *e)
{
	struct strays_options o = {
		.escapees = e->options.escapees,
		.adopter = e->options.adopter, .spared = e->options.spared,
		.monitor = e->options.monitor,
		.closed = e->options.closed,
		.sessions = e->options.sessions, .cgroup = e->options.cgroup
	};
	struct handle *id = malloc((e->n + 1) * sizeof *id);
	int result;
	size_t i;

	if (id == NULL)
		return -1;
	for (i = 0; i < e->ngroups; i++)
		id[i] = e->target[i].group.id;
	result = strays_open(&e->strays, &o, &e->watch, id, e->ngroups);
	free(id);
	e->strays.wanted = is_wanted;
	e->strays.tell = send_stray;
	e->strays.arg = e;
	return result;
}

/* Find the sessions.  A group that is gone may have left other groups there. */
static int
note_sessions(struct shutdown *e)
{
	size_t i;

	for (i = 0; e->options.sessions && i < e->ngroups; i++) {
		struct shutdown_target *t = &e->target[i];
		int verdict = t->state != SHUTDOWN_OPEN ? HANDLE_GONE :
		    strays_note_session(&e->strays, i, &t->session);

		if (verdict == -1)
			return -1;
		if (verdict == HANDLE_UNVERIFIABLE)
			t->state = SHUTDOWN_UNVERIFIED;
	}
	return 0;
}

/*
 * If the leader is the caller's child, it is enough to watch the leader; with
 * closed, a scan for strays finds the members, too.
 */
static int
scan(struct shutdown *e)
{
	if (e->options.held != NULL && e->n == 1 &&
	    pgwatch_holds(&e->watch, 0) &&
	    (pgwatch_leader_only(&e->watch, 0) == 0 || e->options.closed))
		return 0;
	return pgwatch_scan(&e->watch);
}

/* Find out which targets live.  No signal was sent yet. */
static int
look_first(struct shutdown *e)
{
	if ((scan(e) == -1 && !is_blind()) || note_sessions(e) == -1)
		return -1;
	if (strays_active(&e->strays) && strays_scan(&e->strays) == -1)
		return -1;
	pgwatch_check(&e->watch);
	settle_ends(e);
	return 0;
}

int
shutdown_open(struct shutdown *e, const struct handle *id, size_t n,
    const struct shutdown_options *options)
{
	memset(e, 0, sizeof *e);
	e->options = *options;
	e->until = deadline_in(PARSE_FOREVER);
	e->recheck = deadline_in(0);
	e->ngroups = n;
	n += options->cgroup != NULL;
	e->target = calloc(n + 1, sizeof *e->target);
	if (e->target == NULL || pgwatch_open(&e->watch, n) == -1)
		return -1;
	e->n = n;
	e->watch.reap = options->held != NULL ? options->reap : NULL;
	e->watch.arg = options->arg;
	fdio_raise_limit();
	if (verify_all(e, id) == -1 || open_strays(e) == -1)
		return -1;
	return look_first(e);
}

void
shutdown_close(struct shutdown *e)
{
	size_t i;

	for (i = 0; e->target != NULL && i < e->n; i++)
		pgroup_close(&e->target[i].group);
	strays_close(&e->strays);
	pgwatch_close(&e->watch);
	free(e->target);
	memset(e, 0, sizeof *e);
}

/* The schedule is over: give the targets that live this state. */
static void
give_up(struct shutdown *e, enum shutdown_state state)
{
	size_t i;

	if (!strays_active(&e->strays) || !strays_uncertain(&e->strays))
		note_gone(e);
	for (i = 0; i < e->n; i++) {
		struct shutdown_target *t = &e->target[i];

		if (t->state == SHUTDOWN_OPEN)
			finish(e, t, t->sent != 0 && shutdown_denied(e, i) ?
			    SHUTDOWN_DENIED : state);
	}
}

/* Send the signal of the step, and set its deadline. */
static void
take_step(struct shutdown *e)
{
	const struct schedule_step *step = &e->options.schedule.step[e->step];
	size_t i;

	shutdown_defer_begin(e, step->ms);
	if (step->sig != 0)
		shutdown_send(e, step->sig);
	for (i = 0; i < e->n; i++)
		if (e->target[i].all_denied &&
		    e->target[i].state == SHUTDOWN_OPEN)
			finish(e, &e->target[i], SHUTDOWN_DENIED);
	if (step->ms == SCHEDULE_NOWAIT)
		give_up(e, SHUTDOWN_SENT);
	else
		e->until = deadline_in(step->ms);
}

void
shutdown_begin(struct shutdown *e)
{
	e->begun = deadline_now();
	take_step(e);
}

static void
next_step(struct shutdown *e)
{
	pgwatch_refresh(&e->watch);
	e->recheck = deadline_in(0);
	settle_ends(e);
	if (++e->step < e->options.schedule.n)
		take_step(e);
	else
		give_up(e, SHUTDOWN_ALIVE);
}

/*
 * Send the signal of this step to members whose leader has died since, and
 * to escapees for which it was delayed.
 */
static void
send_late(struct shutdown *e)
{
	if (e->nleader_only > 0 && deadline_passed(&e->leader_look)) {
		shutdown_send_rest(e);
		e->leader_look = deadline_in(LOOK);
	}
	shutdown_defer_step(e);
}

int
shutdown_wait(struct shutdown *e, struct pollfd *extra, size_t n, int timeout)
{
	int ready, saved;
	size_t open;

	timeout = deadline_sooner(timeout, deadline_poll(&e->until));
	timeout = deadline_sooner(timeout, deadline_poll(&e->strays.next));
	timeout = deadline_sooner(timeout, shutdown_defer_poll(e));
	if (e->nleader_only > 0)
		timeout = deadline_sooner(timeout, LOOK);
	if (strays_active(&e->strays) && count_gone(e, &open) > 0)
		timeout = deadline_sooner(timeout,
		    deadline_poll(&e->recheck));
	ready = pgwatch_wait(&e->watch, extra, n, timeout);
	saved = errno;
	send_late(e);
	settle_ends(e);
	if (shutdown_send_missed(e))
		shutdown_send(e, SIGKILL);
	if (!shutdown_done(e) && deadline_passed(&e->until))
		next_step(e);
	errno = saved;
	return ready;
}

int
shutdown_done(const struct shutdown *e)
{
	size_t open;

	count_gone(e, &open);
	return open == 0;
}

void
shutdown_last_step(struct shutdown *e)
{
	if (e->step + 1 < e->options.schedule.n) {
		e->step = e->options.schedule.n - 1;
		take_step(e);
	}
}
