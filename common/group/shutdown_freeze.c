#include "config.h"

#include <sys/types.h>

#include <poll.h>
#include <signal.h>
#include <stddef.h>

#include "group/shutdown.h"
#include "group/shutdown_freeze.h"
#include "group/shutdown_send.h"

#define PATIENCE	1000	/* ms */
#define EMPTY_SCANS		10	/* in vain are enough, whatever they missed */

struct tally {
	const struct shutdown	*e;
	int			 outside, running;
};

static void
count_outside(const struct watched *p, void *arg)
{
	struct tally *r = arg;

	r->outside += p->outside;
}

/*
 * A fork that is under way when its process is told to stop is finished, so
 * nobody counts as stopped before he is seen to be.
 */
static void
stop_outside(const struct watched *p, void *arg)
{
	struct tally *r = arg;
	struct procinfo info;

	if (!p->outside || r->e->target[p->owner].state != SHUTDOWN_OPEN ||
	    proctable_info(p->pid, &info) == -1 || info.state != PROC_LIVE ||
	    !procwatch_same(p))
		return;
	r->running += handle_signal(p->pid, p->ref, SIGSTOP) == 0;
}

/*
 * Return how many of those outside had not stopped by now.  A group's members
 * are stopped together with those that they are just forking.
 */
static int
stop_all(struct shutdown *e)
{
	struct tally r = { .e = e };
	size_t i;

	pgwatch_refresh(&e->watch);	/* members may have left */
	for (i = 0; i < e->ngroups; i++)
		if (e->target[i].state == SHUTDOWN_OPEN)
			shutdown_send_group(e, i, SIGSTOP);
	pgwatch_each(&e->watch, PGWATCH_ALL, stop_outside, &r);
	return r.running;
}

void
shutdown_freeze(struct shutdown *e)
{
	struct deadline until = deadline_in(PATIENCE);
	struct tally r = { .e = e };
	int missed = strays_scan(&e->strays), running, empty = 0;

	pgwatch_each(&e->watch, PGWATCH_ALL, count_outside, &r);
	if (r.outside == 0)
		return;
	e->freezing = 1;
	while (missed != -1 && empty < EMPTY_SCANS && !deadline_passed(&until)) {
		running = stop_all(e);
		missed = strays_scan(&e->strays);
		if (e->strays.found > 0)
			empty = 0;
		else if (running > 0)
			poll(NULL, 0, 1);
		else if (missed == 0)
			break;
		else
			empty++;
	}
	e->freezing = 0;
}
