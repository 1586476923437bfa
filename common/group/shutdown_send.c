#include "config.h"

#include <sys/types.h>

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>

#include "group/cgroupmembers.h"
#include "group/shutdown.h"
#include "proc/grouplist.h"
#include "group/shutdown_send.h"

#define ROUNDS		100	/* of KILL, while members are born */
#define FREEZE		1000	/* ms, at most */
#define EMPTY_SCANS	10	/* in a row are enough, if they missed some */

/* The processes of a target, by whether they may be signalled. */
struct counts {
	size_t	willing, denied;
};

void
shutdown_send_process(pid_t pid, int ref, int sig)
{
	if (sig == 0 || handle_signal(pid, ref, sig) == -1)
		return;
	if (pgroup_needs_continue(sig))
		handle_signal(pid, ref, SIGCONT);
}

/* Send sig to the strays of target, or of PGWATCH_ALL. */
static void
send_outside(struct shutdown *e, size_t target, int sig)
{
	size_t i;

	for (i = 0; i < e->watch.procs.n; i++) {
		struct watched *p = &e->watch.procs.v[i];
		const struct shutdown_target *t = &e->target[p->owner];

		if ((target == PGWATCH_ALL || target == p->owner) &&
		    p->outside && t->state == SHUTDOWN_OPEN &&
		    !t->leader_only && procwatch_same(p))
			shutdown_defer_send(e, p, sig);
	}
}

static void
ask_permission(const struct watched *p, void *arg)
{
	struct counts *c = arg;

	if (handle_signal(p->pid, p->ref, 0) == -1 && errno == EPERM)
		c->denied++;
	else
		c->willing++;
}

int
shutdown_denied(const struct shutdown *e, size_t target)
{
	struct counts c = { 0, 0 };

	pgwatch_each(&e->watch, target, ask_permission, &c);
	return e->target[target].refused || c.denied > 0;
}

int
shutdown_send_group(struct shutdown *e, size_t i, int sig)
{
	const struct pgroup *group = &e->target[i].group;

	if (!pgwatch_holds(&e->watch, i))
		return errno = ESRCH, -1;
	if (pgroup_signal(group, sig) == 0)
		return 0;
	/* On an old kernel only a member can prove the group. */
	if (errno == EPERM && pgwatch_has_verified(&e->watch, i))
		return pgroup_signal_number(group, sig);
	return -1;
}

/*
 * Some systems do not signal a group as a whole: macOS lists the members first,
 * and misses those born since.  The system's list of members shows them.
 */
static int
kill_group(struct shutdown *e, size_t i)
{
	pid_t pgid = e->target[i].group.id.pid;
	struct pidset before = { NULL, 0, 0, 0 }, now = { NULL, 0, 0, 0 };
	int listed, result, saved, rounds = 0;

	do {
		listed = grouplist_read(&before, pgid) == 0;
		result = shutdown_send_group(e, i, SIGKILL);
		saved = errno;
	} while (result == 0 && listed && ++rounds < ROUNDS &&
	    grouplist_read(&now, pgid) == 0 &&
	    !grouplist_is_subset(&now, &before));
	pidset_free(&before);
	pidset_free(&now);
	return errno = saved, result;
}

/* Rule 2. */
static int
send_group(struct shutdown *e, size_t i, int sig)
{
	struct shutdown_target *t = &e->target[i];

	if (e->options.leader && e->step == 0 && sig != SIGKILL &&
	    pgwatch_holds(&e->watch, i)) {
		t->leader_only = pgroup_signal_leader(&t->group, sig) == 0;
		if (t->leader_only || errno == EPERM)
			return t->leader_only ? 0 : -1;
	}
	return sig == SIGKILL ? kill_group(e, i) :
	    shutdown_send_group(e, i, sig);
}

/*
 * The group refused the signal.  If it is gone, a later look shows it.  If no
 * process in it may be signalled, there is nothing to wait for.
 */
static void
ask_refused(struct shutdown *e, size_t i)
{
	struct counts c = { 0, 0 };

	pgwatch_check(&e->watch);
	pgwatch_each(&e->watch, i, ask_permission, &c);
	e->target[i].all_denied = c.willing == 0 && !pgwatch_gone(&e->watch, i);
}

static void
send_all(struct shutdown *e, int sig)
{
	size_t i;

	e->nleader_only = 0;
	for (i = 0; i < e->n; i++) {
		struct shutdown_target *t = &e->target[i];

		if (t->state != SHUTDOWN_OPEN)
			continue;
		t->sent = sig;
		t->reached |= !pgwatch_gone(&e->watch, i);
		t->leader_only = 0;
		if (i < e->ngroups)
			t->refused = send_group(e, i, sig) == -1 &&
			    errno == EPERM;
		else if (sig == SIGKILL)
			(void)cgroupmembers_kill(e->options.cgroup);
		e->nleader_only += t->leader_only != 0;
	}
	send_outside(e, PGWATCH_ALL, sig);
	for (i = 0; i < e->n; i++)
		if (e->target[i].state == SHUTDOWN_OPEN && e->target[i].refused)
			ask_refused(e, i);
}

/* --- freeze --- */

struct tally {
	const struct shutdown	*e;
	int			 strays, running;
};

static void
count_stray(const struct watched *p, void *arg)
{
	struct tally *t = arg;

	t->strays += p->outside;
}

/*
 * A fork that is under way when STOP is sent is finished first.  A process
 * counts as stopped only when it is seen stopped.
 */
static void
stop_stray(const struct watched *p, void *arg)
{
	struct tally *t = arg;
	struct procinfo info;

	if (!p->outside || t->e->target[p->owner].state != SHUTDOWN_OPEN ||
	    proctable_info(p->pid, &info) == -1 || info.state != PROC_LIVE ||
	    !procwatch_same(p))
		return;
	t->running += handle_signal(p->pid, p->ref, SIGSTOP) == 0;
}

/*
 * Return how many strays had not stopped yet.  STOP reaches the members of a
 * group together with the children that they are forking.
 */
static int
stop_all(struct shutdown *e)
{
	struct tally t = { .e = e };
	size_t i;

	pgwatch_refresh(&e->watch);	/* a member may have left its group */
	for (i = 0; i < e->ngroups; i++)
		if (e->target[i].state == SHUTDOWN_OPEN)
			shutdown_send_group(e, i, SIGSTOP);
	pgwatch_each(&e->watch, PGWATCH_ALL, stop_stray, &t);
	return t.running;
}

/*
 * Stop all targets that are open, and scan until a scan finds no new stray
 * after all known ones have stopped.
 */
static void
freeze(struct shutdown *e)
{
	struct deadline until = deadline_in(FREEZE);
	struct tally t = { .e = e };
	int missed = strays_scan(&e->strays), running, empty = 0;

	pgwatch_each(&e->watch, PGWATCH_ALL, count_stray, &t);
	if (t.strays == 0)
		return;
	e->freezing = 1;
	while (missed != -1 && empty < EMPTY_SCANS &&
	    !deadline_passed(&until)) {
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

/* --- the signal of a step --- */

void
shutdown_send(struct shutdown *e, int sig)
{
	sigset_t all, mask;

	e->sig = sig;
	e->nseen = e->watch.nseen;
	if (!shutdown_send_pending(e)) {
		send_all(e, sig);
		return;
	}
	/* Rule 7: signals wait until the stopped processes are killed. */
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &mask);
	freeze(e);
	send_all(e, sig);
	sigprocmask(SIG_SETMASK, &mask, NULL);
	e->nunkilled = 0;
}

void
shutdown_send_rest(struct shutdown *e)
{
	size_t i;

	e->nleader_only = 0;
	for (i = 0; i < e->ngroups; i++) {
		struct shutdown_target *t = &e->target[i];

		if (!t->leader_only || t->state != SHUTDOWN_OPEN)
			continue;
		if (proctable_alive(t->group.id.pid)) {
			e->nleader_only++;
			continue;
		}
		t->leader_only = 0;
		(void)shutdown_send_group(e, i, e->sig);
		send_outside(e, i, e->sig);
	}
}

int
shutdown_send_missed(const struct shutdown *e)
{
	size_t i;

	if (e->sig != SIGKILL || e->nseen == e->watch.nseen)
		return 0;
	for (i = 0; i < e->ngroups; i++)
		if (e->target[i].state == SHUTDOWN_OPEN &&
		    pgwatch_holds(&e->watch, i) &&
		    grouplist_dead(e->target[i].group.id.pid) == 0)
			return 1;
	return 0;
}

int
shutdown_send_pending(const struct shutdown *e)
{
	return e->sig == SIGKILL && e->options.escapees;
}
