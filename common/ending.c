#include "config.h"

#include <sys/types.h>

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ending.h"
#include "escapee.h"
#include "fdio.h"
#include "parse.h"

#define HUNT_FIRST	50	/* ms between hunts while members live */
#define HUNT_LAST	1000

/* There are no processes to be listed, or those of another namespace. */
static int
is_blind(void)
{
	return errno == ENOSYS || errno == EXDEV;
}

/* Rule 1.  One snapshot serves all those that have no leader. */
static int
verify_all(struct ending *e, const struct procid *id)
{
	struct proctable table = { 0 };
	int listed = 0;
	size_t i;

	if (e->n > 1) {
		listed = proctable_read(&table) == 0;
		if (!listed && !is_blind())
			return e->n = 0, -1;
	}
	for (i = 0; i < e->n; i++) {
		struct ending_target *t = &e->target[i];
		int verdict = pgroup_open(&t->group, &id[i],
		    listed ? &table : NULL);

		/* One that is gone may have left escapees. */
		if (verdict != PROCID_VERIFIED && verdict != PROCID_GONE)
			t->state = ENDING_UNVERIFIED;
		e->ids[i] = t->group.id;
		pgwatch_add(&e->watch,
		    verdict == PROCID_VERIFIED ? &t->group : NULL);
	}
	proctable_free(&table);
	return 0;
}

static void
finish(const struct ending *e, struct ending_target *t,
    enum ending_state state)
{
	t->state = state;
	t->ms = e->begun == 0 ? 0 : deadline_now() - e->begun;
}

/* Note the end of those that are gone. */
static void
note_gone(struct ending *e)
{
	size_t i;

	for (i = 0; i < e->n; i++) {
		struct ending_target *t = &e->target[i];

		if (t->state == ENDING_OPEN && pgwatch_gone(&e->watch, i))
			finish(e, t, e->begun == 0 ? ENDING_GONE :
			    t->sent == SIGKILL ? ENDING_KILLED : ENDING_ENDED);
	}
}

static int
known_escapee(pid_t pid, size_t *group, void *arg)
{
	const struct ending *e = arg;
	size_t i;

	for (i = 0; i < e->watch.procs.n; i++)
		if (e->watch.procs.v[i].pid == pid &&
		    e->watch.procs.v[i].outside) {
			*group = e->watch.procs.v[i].owner;
			return 1;
		}
	return 0;
}

static int
holds_number(size_t group, void *arg)
{
	const struct ending *e = arg;

	return pgwatch_holds(&e->watch, group);
}

static void
signal_process(pid_t pid, int ref, int sig)
{
	if (sig == 0 || procid_signal(pid, ref, sig) == -1)
		return;
	if (pgroup_needs_continue(sig))
		procid_signal(pid, ref, SIGCONT);
}

static void
found_escapee(pid_t pid, int ref, size_t group, void *arg)
{
	struct ending *e = arg;
	struct ending_target *t = &e->target[group];

	if (procwatch_knows(&e->watch.procs, pid) ||
	    t->state == ENDING_UNVERIFIED ||
	    pgwatch_add_process(&e->watch, group, pid, ref) == -1) {
		if (ref != -1)
			close(ref);
		return;
	}
	t->state = ENDING_OPEN;
	e->found++;
	signal_process(pid, ref, t->sent);
}

static int
hunt(struct ending *e)
{
	struct escapee_hunt h = {
		.group = e->ids, .n = e->n, .holds = holds_number,
		.adopter = e->options.adopter, .spared = e->options.spared,
		.known = known_escapee, .found = found_escapee, .arg = e
	};

	e->found = 0;
	return escapee_hunt(&h);
}

/* Is there a group that is over as far as the watch can tell? */
static int
some_gone(const struct ending *e)
{
	size_t i;

	for (i = 0; i < e->n; i++)
		if (e->target[i].state == ENDING_OPEN &&
		    pgwatch_gone(&e->watch, i))
			return 1;
	return 0;
}

/*
 * Note ends, but look for escapees now and then, and before a group counts as
 * gone: two hunts in a row must find none, for one that forks and exits all
 * the time can slip through the first.
 */
static void
note_ends(struct ending *e)
{
	if (deadline_passed(&e->next_hunt)) {
		if (e->pause < HUNT_LAST)
			e->pause *= 2;
		e->next_hunt = deadline_in(e->pause);
		hunt(e);
	}
	if (e->options.escapees && some_gone(e) && hunt(e) == 0 &&
	    e->found == 0)
		hunt(e);
	note_gone(e);
}

int
ending_open(struct ending *e, const struct procid *id, size_t n,
    const struct ending_options *options)
{
	memset(e, 0, sizeof *e);
	e->options = *options;
	e->until = deadline_in(PARSE_FOREVER);
	e->pause = HUNT_FIRST;
	e->next_hunt = deadline_in(options->escapees ? e->pause : PARSE_FOREVER);
	e->target = calloc(n + 1, sizeof *e->target);
	e->ids = calloc(n + 1, sizeof *e->ids);
	if (e->target == NULL || e->ids == NULL ||
	    pgwatch_open(&e->watch, n) == -1)
		return -1;
	e->n = n;
	fdio_raise_limit();
	if (verify_all(e, id) == -1 ||
	    (pgwatch_scan(&e->watch) == -1 && !is_blind()))
		return -1;
	if (options->escapees && hunt(e) == -1)
		return -1;
	pgwatch_settle(&e->watch);
	note_ends(e);
	return 0;
}

void
ending_close(struct ending *e)
{
	size_t i;

	for (i = 0; e->target != NULL && i < e->n; i++)
		pgroup_close(&e->target[i].group);
	pgwatch_close(&e->watch);
	free(e->target);
	free(e->ids);
	memset(e, 0, sizeof *e);
}

static void
signal_outside(const struct watched *p, void *arg)
{
	if (p->outside && pgwatch_same(p))
		signal_process(p->pid, p->ref, *(int *)arg);
}

struct census {
	size_t	willing, denied;
};

static void
ask_permission(const struct watched *p, void *arg)
{
	struct census *c = arg;

	if (procid_signal(p->pid, p->ref, 0) == -1 && errno == EPERM)
		c->denied++;
	else
		c->willing++;
}

/* The schedule has no more to offer: those that live are as they are. */
static void
give_up(struct ending *e, enum ending_state state)
{
	size_t i;

	note_gone(e);
	for (i = 0; i < e->n; i++) {
		struct ending_target *t = &e->target[i];
		struct census c = { 0, 0 };

		if (t->state != ENDING_OPEN)
			continue;
		if (t->sent != 0)
			pgwatch_each(&e->watch, i, ask_permission, &c);
		finish(e, t, t->refused || c.denied > 0 ? ENDING_DENIED :
		    state);
	}
}

/*
 * Send sig to one target.  Whoever is gone shows later; but where nobody may
 * be signalled there is nothing to wait for.
 */
static void
signal_target(struct ending *e, size_t i, int sig)
{
	struct ending_target *t = &e->target[i];
	struct census c = { 0, 0 };

	t->sent = sig;
	t->refused = pgwatch_holds(&e->watch, i) &&
	    pgroup_signal(&t->group, sig) == -1 && errno == EPERM;
	/* An old kernel, and only its members prove which group it is. */
	if (t->refused && pgwatch_unbroken(&e->watch, i))
		t->refused = pgroup_signal_number(&t->group, sig) == -1 &&
		    errno == EPERM;
	pgwatch_each(&e->watch, i, signal_outside, &sig);
	if (!t->refused)
		return;
	pgwatch_settle(&e->watch);
	pgwatch_each(&e->watch, i, ask_permission, &c);
	if (c.willing == 0 && !pgwatch_gone(&e->watch, i))
		finish(e, t, ENDING_DENIED);
}

/* Send the signal of the step, and see how long to wait for it. */
static void
take_step(struct ending *e)
{
	const struct schedule_step *step = &e->options.schedule.step[e->step];
	int sig = step->sig;
	size_t i;

	for (i = 0; sig != 0 && i < e->n; i++)
		if (e->target[i].state == ENDING_OPEN)
			signal_target(e, i, sig);
	if (step->ms == SCHEDULE_NOWAIT)
		give_up(e, ENDING_SENT);
	else
		e->until = deadline_in(step->ms);
}

void
ending_begin(struct ending *e)
{
	e->begun = deadline_now();
	take_step(e);
}

static void
next_step(struct ending *e)
{
	pgwatch_refresh(&e->watch);
	note_ends(e);
	if (++e->step < e->options.schedule.n)
		take_step(e);
	else
		give_up(e, ENDING_ALIVE);
}

int
ending_wait(struct ending *e, struct pollfd *extra, size_t n, int timeout)
{
	int ready, saved;

	timeout = deadline_sooner(timeout, deadline_poll(&e->until));
	timeout = deadline_sooner(timeout, deadline_poll(&e->next_hunt));
	ready = pgwatch_wait(&e->watch, extra, n, timeout);
	saved = errno;
	note_ends(e);
	if (!ending_done(e) && deadline_passed(&e->until))
		next_step(e);
	errno = saved;
	return ready;
}

int
ending_done(const struct ending *e)
{
	size_t i;

	for (i = 0; i < e->n; i++)
		if (e->target[i].state == ENDING_OPEN)
			return 0;
	return 1;
}

void
ending_hurry(struct ending *e)
{
	if (e->step + 1 < e->options.schedule.n) {
		e->step = e->options.schedule.n - 1;
		take_step(e);
	}
}
