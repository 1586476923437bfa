#include "config.h"

#include <sys/types.h>

#include <signal.h>
#include <unistd.h>

#include "group/shutdown_defer.h"
#include "group/shutdown.h"
#include "base/parse.h"
#include "group/shutdown_send.h"

#define HALF_OF_FOREVER	2500	/* ms */
#define PAUSE		10	/* ms between looks */
#define TRIES		3
#define ANCESTORS	64	/* to look at, at most */

static int
is_escapee(const struct shutdown *e, pid_t pid, size_t target)
{
	const struct procwatch *w = &e->watch.procs;
	size_t i;

	for (i = 0; i < w->n; i++)
		if (w->v[i].pid == pid && w->v[i].owner == target)
			return 1;
	return 0;
}

enum ancestor { NONE, LIVES, UNSURE };

/*
 * Go up from a process once.  An ancestor that vanishes meanwhile leaves its
 * children to another, which may be an ancestor, too.
 */
static enum ancestor
climb(const struct shutdown *e, const struct watched *p)
{
	pid_t pgid = e->target[p->owner].group.id.pid, pid = p->pid;
	int holds = pgwatch_holds(&e->watch, p->owner), i;
	struct procinfo info;

	for (i = 0; i < ANCESTORS; i++) {
		if (proctable_info(pid, &info) == -1)
			return UNSURE;
		if (info.ppid <= 1 || info.ppid == getpid())
			return NONE;
		pid = info.ppid;
		if ((holds && getpgid(pid) == pgid) ||
		    is_escapee(e, pid, p->owner))
			return LIVES;
	}
	return NONE;
}

/*
 * May an ancestor forward the signal?  PID 1 and the caller are no such
 * ancestors: they only adopt a process whose parent has ended.
 */
static enum ancestor
find_ancestor(const struct shutdown *e, const struct watched *p)
{
	enum ancestor found;
	int tries = 0;

	do
		found = climb(e, p);
	while (found == UNSURE && ++tries < TRIES);
	return found;
}

void
shutdown_defer_begin(struct shutdown *e, long long ms)
{
	struct shutdown_defer *d = &e->defer;
	size_t i;

	for (i = 0; d->waiting > 0 && i < e->watch.procs.n; i++)
		e->watch.procs.v[i].deferred = 0;
	d->waiting = 0;
	d->unsure = 0;
	d->half = deadline_in(ms == SCHEDULE_NOWAIT ? 0 :
	    ms == PARSE_FOREVER ? HALF_OF_FOREVER : ms / 2);
	d->look = deadline_in(0);
}

/* If it is not clear whether an ancestor lives, look again soon. */
static int
is_deferred(struct shutdown *e, const struct watched *p)
{
	enum ancestor found;

	if (p->owner >= e->ngroups || deadline_passed(&e->defer.half))
		return 0;
	found = find_ancestor(e, p);
	e->defer.unsure |= found == UNSURE;
	return found != NONE;
}

void
shutdown_defer_send(struct shutdown *e, struct watched *p, int sig)
{
	if (sig == 0 || sig == SIGKILL || !e->options.escapees ||
	    !is_deferred(e, p)) {
		shutdown_send_process(p->pid, p->ref, sig);
		return;
	}
	p->deferred = sig;
	e->defer.waiting++;
}

static int
is_news(const struct shutdown *e)
{
	return e->defer.unsure || e->defer.removals != e->watch.procs.removals;
}

static int
is_to_look(const struct shutdown *e)
{
	const struct shutdown_defer *d = &e->defer;

	return d->waiting > 0 && (deadline_passed(&d->half) ||
	    (is_news(e) && deadline_passed(&d->look)));
}

void
shutdown_defer_step(struct shutdown *e)
{
	struct shutdown_defer *d = &e->defer;
	size_t i;

	if (!is_to_look(e))
		return;
	d->waiting = 0;
	d->unsure = 0;
	d->removals = e->watch.procs.removals;
	d->look = deadline_in(PAUSE);
	for (i = 0; i < e->watch.procs.n; i++) {
		struct watched *p = &e->watch.procs.v[i];
		int sig = p->deferred;

		p->deferred = 0;
		if (sig != 0 && procwatch_same(p))
			shutdown_defer_send(e, p, sig);
	}
}

int
shutdown_defer_poll(const struct shutdown *e)
{
	const struct shutdown_defer *d = &e->defer;

	if (d->waiting == 0)
		return -1;
	return deadline_poll(is_news(e) ? &d->look : &d->half);
}
