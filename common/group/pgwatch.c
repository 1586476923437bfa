#include "config.h"

#include <sys/types.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fdio.h"
#include "proc/grouplist.h"
#include "group/pgindex.h"
#include "group/pgwatch.h"

#define TICK_FIRST	20		/* ms */
#define TICK_LAST	1000
#define TICK_BLIND	10
#define PASSES		10

struct pgwatch_item {
	const struct pgroup	*group;		/* NULL: only added processes */
	size_t			 alive;		/* watched processes */
	int			 gone;
};

int
pgwatch_open(struct pgwatch *w, size_t n)
{
	memset(w, 0, sizeof *w);
	w->item = calloc(n + 1, sizeof *w->item);
	if (w->item == NULL || procwatch_open(&w->procs) == -1)
		return -1;
	w->interval = TICK_FIRST;
	w->tick = deadline_in(w->interval);
	return 0;
}

void
pgwatch_close(struct pgwatch *w)
{
	procwatch_close(&w->procs);
	proctable_free(&w->table);
	free(w->item);
	memset(w, 0, sizeof *w);
}

size_t
pgwatch_add(struct pgwatch *w, const struct pgroup *group)
{
	w->item[w->nitem].group = group;
	return w->nitem++;
}

int
pgwatch_add_process(struct pgwatch *w, size_t item, pid_t pid, int ref,
    pid_t session)
{
	struct watched p = {
		.pid = pid, .ref = ref, .outside = 1, .session = session,
		.owner = item
	};
	struct procinfo info;

	if (ref == -1 && proctable_info(pid, &info) == 0)
		p.start = info.start;
	/* A group that is gone does not get its number back. */
	if (w->item[item].gone)
		w->item[item].group = NULL;
	w->item[item].gone = 0;
	return procwatch_add(&w->procs, &p);
}

int
pgwatch_add_member(struct pgwatch *w, size_t item, pid_t pid, int ref)
{
	struct watched p = {
		.pid = pid, .ref = ref, .verified = 1, .owner = item
	};
	struct procinfo info;

	if (ref == -1 && proctable_info(pid, &info) == 0)
		p.start = info.start;
	return procwatch_add(&w->procs, &p);
}

int
pgwatch_has_verified(const struct pgwatch *w, size_t item)
{
	const struct pgroup *group = w->item[item].group;
	size_t i;

	for (i = 0; group != NULL && i < w->procs.n; i++) {
		const struct watched *p = &w->procs.v[i];
		struct pollfd pfd = { .fd = p->ref, .events = POLLIN };

		/*
		 * Read the PGID first: the PID is the process's while it
		 * lives.
		 */
		if (p->owner == item && p->verified &&
		    proctable_pgid(p->pid) == group->id.pid &&
		    procwatch_same(p) &&
		    poll(&pfd, 1, 0) == 0)
			return 1;
	}
	return 0;
}

/*
 * Watch a process that the table shows in item's group.  Return 0 if it is
 * watched, 1 if it is dead, gone or in another group, -1 and errno.
 */
static int
watch_member(struct pgwatch *w, const struct procrow *row, size_t item)
{
	struct watched p = { .pid = row->pid, .owner = item };
	struct procinfo info = { .state = PROC_LIVE };

	p.ref = fdio_keep(handle_ref(row->pid));
	if (p.ref == -1 && errno == ESRCH)
		return 1;
	/*
	 * The process left the group; or it died.  Then it may have left a
	 * child in the group, and the descriptor may be that of another
	 * process.
	 */
	if (proctable_pgid(row->pid) != row->pgid) {
		if (p.ref != -1)
			close(p.ref);
		return 1;
	}
	if (p.ref == -1) {
		if ((proctable_info(row->pid, &info) == -1 &&
		    errno == ESRCH) || info.state == PROC_DEAD) {
			procwatch_note_dead(&w->procs, row->pid);
			return 1;
		}
		p.start = info.start;
	}
	w->outsiders |= getsid(row->pid) <= 0;
	p.verified = !w->scanned || pgwatch_has_verified(w, item);
	if (procwatch_add(&w->procs, &p) == -1) {
		if (p.ref != -1)
			close(p.ref);
		return -1;
	}
	w->nseen++;
	return 0;
}

/* Sort the groups by PGID and the watched processes by PID. */
static int
begin_pass(struct pgindex *x, struct pgwatch *w)
{
	size_t n, i;
	pid_t *known = procwatch_known(&w->procs, &n);

	if (pgindex_open(x, w->nitem, known, n) == -1)
		return -1;
	for (i = 0; i < w->nitem; i++)
		if (!w->item[i].gone && w->item[i].group != NULL)
			pgindex_add(x, w->item[i].group->id.pid, i);
	pgindex_sort(x);
	return 0;
}

/* Watch all members in the table that are not watched yet. */
static int
watch_new_members(struct pgwatch *w, const struct pgindex *x)
{
	int missed = 0, result;
	size_t i;

	for (i = 0; i < w->table.n; i++) {
		const struct pgindex_entry *e = pgindex_find(x,
		    &w->table.row[i]);

		if (e == NULL)
			continue;
		result = watch_member(w, &w->table.row[i], e->item);
		if (result == -1)
			return -1;
		missed += result;
	}
	return missed;
}

static int
is_new(pid_t pid, void *arg)
{
	const struct pgindex *x = arg;
	struct procrow row = { .pid = pid };

	if (pgindex_knows(x, pid))	/* cheaper than to read its group */
		return 0;
	row.pgid = proctable_pgid(pid);
	if (row.pgid == -1)
		return errno == ESRCH ? 0 : -1;
	return pgindex_find(x, &row) != NULL;
}

/* Is it certain that no group has a member that is not watched? */
static int
is_unchanged(struct pgwatch *w)
{
	struct pgindex x;
	int result;

	if (!w->scanned)
		return 0;
	result = begin_pass(&x, w) == 0 &&
	    proctable_revisit(&w->table, w->outsiders, is_new, &x);
	pgindex_close(&x);
	return result;
}

int
pgwatch_leader_only(struct pgwatch *w, size_t item)
{
	pid_t pid = w->item[item].group->id.pid;
	struct procrow leader = { .pid = pid, .pgid = pid };

	return proctable_alive(pid) &&
	    watch_member(w, &leader, item) == 0 ? 0 : -1;
}

int
pgwatch_scan(struct pgwatch *w)
{
	size_t before = w->procs.n;
	struct pgindex x = { .n = 0 };
	int missed = -1;

	if (proctable_read(&w->table) == 0 && begin_pass(&x, w) == 0)
		missed = watch_new_members(w, &x);
	pgindex_close(&x);
	w->scanned |= missed != -1;
	if (missed != -1)
		missed += w->table.missed > 0 || w->table.torn;
	if (missed != -1 && w->procs.n > before)
		missed += procwatch_remove_dead(&w->procs, before, 1);
	return missed;
}

/*
 * Did the process leave its group, or the session it was found by?  These can
 * not always be read while a process exits; its death is reported then.
 */
static int
moved(const struct pgwatch *w, const struct watched *p)
{
	const struct pgroup *group = w->item[p->owner].group;
	pid_t now;

	if (!p->outside && (now = getpgid(p->pid)) != -1 &&
	    now != group->id.pid)
		return 1;
	return p->session != 0 && (now = getsid(p->pid)) != -1 &&
	    now != p->session;
}

/* Drop processes that moved, and those that died without a report. */
static void
drop_strangers(struct pgwatch *w)
{
	size_t i;

	for (i = w->procs.n; i-- > 0; ) {
		const struct watched *p = &w->procs.v[i];

		if (moved(w, p) || !procwatch_same(p))
			procwatch_remove(&w->procs, i);
	}
}

static void
recount(struct pgwatch *w)
{
	size_t i;

	for (i = 0; i < w->nitem; i++)
		w->item[i].alive = 0;
	for (i = 0; i < w->procs.n; i++)
		w->item[w->procs.v[i].owner].alive++;
}

/*
 * Can only a scan tell of an item whether it is gone?  An item is gone without
 * a scan if its group vanished, or if the system lists only dead members.
 */
static int
need_scan(struct pgwatch *w)
{
	int need = 0;
	size_t i;

	recount(w);
	for (i = 0; i < w->nitem; i++) {
		struct pgwatch_item *item = &w->item[i];

		if (item->gone || item->alive > 0)
			continue;
		if (w->reap != NULL)
			w->reap(w->arg);
		item->gone = item->group == NULL ||
		    pgroup_vanished(item->group) ||
		    grouplist_dead(item->group->id.pid) == 1;
		need |= !item->gone;
	}
	return need;
}

void
pgwatch_check(struct pgwatch *w)
{
	int missed, passes = 0;
	size_t i;

	do {
		if (!need_scan(w))
			return;
		missed = is_unchanged(w) ? 0 : pgwatch_scan(w);
	} while (missed > 0 && ++passes < PASSES);
	recount(w);
	for (i = 0; missed == 0 && i < w->nitem; i++)
		if (w->item[i].alive == 0)
			w->item[i].gone |= pgroup_is_dead(w->item[i].group,
			    &w->table);
	if (missed != 0 || need_scan(w)) {
		w->interval = TICK_BLIND;	/* not certain: try again */
		w->tick = deadline_in(w->interval);
	}
}

void
pgwatch_refresh(struct pgwatch *w)
{
	drop_strangers(w);
	pgwatch_check(w);
}

static void
next_tick(struct pgwatch *w)
{
	if (w->procs.blind > 0)
		w->interval = TICK_BLIND;
	else if (w->interval < TICK_LAST)
		w->interval *= 2;
	w->tick = deadline_in(w->interval);
}

int
pgwatch_wait(struct pgwatch *w, struct pollfd *extra, size_t n, int timeout)
{
	int ready, saved;

	timeout = deadline_sooner(timeout, deadline_poll(&w->tick));
	ready = procwatch_poll(&w->procs, extra, n, timeout);
	saved = errno;
	if (ready > 0)
		procwatch_remove_dead(&w->procs, 0, 0);
	if (deadline_passed(&w->tick)) {
		drop_strangers(w);
		next_tick(w);
	}
	pgwatch_check(w);
	errno = saved;
	return ready;
}

int
pgwatch_gone(const struct pgwatch *w, size_t item)
{
	return w->item[item].gone;
}

int
pgwatch_holds(const struct pgwatch *w, size_t item)
{
	return w->item[item].group != NULL && !w->item[item].gone;
}

void
pgwatch_each(const struct pgwatch *w, size_t item,
    void (*visit)(const struct watched *, void *), void *arg)
{
	size_t i;

	for (i = 0; i < w->procs.n; i++)
		if (item == PGWATCH_ALL || w->procs.v[i].owner == item)
			visit(&w->procs.v[i], arg);
}
