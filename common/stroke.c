#include "config.h"

#include <sys/types.h>

#include <errno.h>
#include <signal.h>

#include "cgroupmembers.h"
#include "ending.h"
#include "stroke.h"

struct stroke {
	const struct ending	*e;
	int			 sig;
};

struct census {
	size_t	willing, denied;
};

void
stroke_process(pid_t pid, int ref, int sig)
{
	if (sig == 0 || procid_signal(pid, ref, sig) == -1)
		return;
	if (pgroup_needs_continue(sig))
		procid_signal(pid, ref, SIGCONT);
}

static void
strike_outside(const struct watched *p, void *arg)
{
	const struct stroke *s = arg;
	const struct ending_target *t = &s->e->target[p->owner];

	if (p->outside && t->state == ENDING_OPEN && !t->aside &&
	    procwatch_same(p))
		stroke_process(p->pid, p->ref, s->sig);
}

static void
ask_permission(const struct watched *p, void *arg)
{
	struct census *c = arg;

	if (procid_signal(p->pid, p->ref, 0) == -1 && errno == EPERM)
		c->denied++;
	else
		c->willing++;
}

int
stroke_denied(const struct ending *e, size_t target)
{
	struct census c = { 0, 0 };

	pgwatch_each(&e->watch, target, ask_permission, &c);
	return e->target[target].refused || c.denied > 0;
}

/* -1 and errno. */
static int
strike_group(struct ending *e, size_t i, int sig)
{
	struct ending_target *t = &e->target[i];

	if (!pgwatch_holds(&e->watch, i))
		return errno = ESRCH, -1;
	if (e->options.leader && e->step == 0 && sig != SIGKILL) {
		t->aside = pgroup_signal_leader(&t->group, sig) == 0;
		if (t->aside || errno == EPERM)
			return t->aside ? 0 : -1;
	}
	if (pgroup_signal(&t->group, sig) == 0)
		return 0;
	/* An old kernel, and only its members prove which group it is. */
	if (errno == EPERM && pgwatch_unbroken(&e->watch, i))
		return pgroup_signal_number(&t->group, sig);
	return -1;
}

/*
 * Whoever is gone shows later; but where nobody may be signalled there is
 * nothing to wait for.
 */
static void
ask_refused(struct ending *e, size_t i)
{
	struct census c = { 0, 0 };

	pgwatch_settle(&e->watch);
	pgwatch_each(&e->watch, i, ask_permission, &c);
	e->target[i].hopeless = c.willing == 0 && !pgwatch_gone(&e->watch, i);
}

void
stroke(struct ending *e, int sig)
{
	struct stroke s = { e, sig };
	size_t i;

	for (i = 0; i < e->n; i++) {
		struct ending_target *t = &e->target[i];

		if (t->state != ENDING_OPEN)
			continue;
		t->sent = sig;
		t->met |= !pgwatch_gone(&e->watch, i);
		t->aside = 0;
		if (i < e->ngroups)
			t->refused = strike_group(e, i, sig) == -1 &&
			    errno == EPERM;
		else if (sig == SIGKILL)
			(void)cgroupmembers_kill(e->options.cgroup);
	}
	pgwatch_each(&e->watch, PGWATCH_ALL, strike_outside, &s);
	for (i = 0; i < e->n; i++)
		if (e->target[i].state == ENDING_OPEN && e->target[i].refused)
			ask_refused(e, i);
}
