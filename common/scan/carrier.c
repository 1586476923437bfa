#include "config.h"

#include <sys/types.h>

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "scan/carrier.h"
#include "base/deadline.h"
#include "proc/envblock.h"
#include "scan/orphan.h"
#include "base/pidset.h"
#include "proc/handle.h"
#include "scan/scan.h"

#define EXEC_PATIENCE	1000	/* ms */
#define NEWBORN_PASSES	10
#define LISTS		3	/* if the newest PID is not known */

/* One thread's search. */
struct search {
	const struct carrier_query *query;
	struct carriers	 found;
	struct pidset	 executing, unreadable;
	int		 noting;	/* newest PID unknown: fill seen */
	struct pidset	 seen;		/* all PIDs that were looked at */
	struct procenv	 env;
};

/* 1, 0, or -1 with errno: the owner is not known. */
static int
is_of_user(const struct carrier_query *query, pid_t pid)
{
	uid_t owner;

	if (query->anyuser)
		return 1;
	return proctable_owner(pid, &owner) == -1 ? -1 : owner == query->uid;
}

/*
 * Does the query ask for the process?  A process that we cannot see at all
 * belongs to another user.
 */
static int
is_asked_for(const struct carrier_query *query, pid_t pid)
{
	struct procinfo info;
	int ours;

	if (proctable_info(pid, &info) == -1 ||
	    (ours = is_of_user(query, pid)) == -1)
		return errno != ESRCH &&
		    (query->anyuser || query->uid != geteuid());
	return ours && info.state != PROC_DEAD && !info.kernel;
}

static int
is_excepted(const struct carrier_query *query, pid_t pid)
{
	const pid_t *p;

	for (p = query->except; *p != 0; p++)
		if (*p == pid)
			return 1;
	return 0;
}

/*
 * Make room for that many more elements behind the n.  NULL: no memory, and
 * the array is unchanged.
 */
static void *
grow(void *array, size_t n, size_t more, size_t *size, size_t element)
{
	size_t larger = *size * 2;
	void *p;

	if (*size - n >= more && array != NULL)
		return array;
	if (larger < n + more)
		larger = n + more < 64 ? 64 : n + more;
	if ((p = realloc(array, larger * element)) != NULL)
		*size = larger;
	return p;
}

static int
add_carrier(struct search *s, const struct procinfo *info,
    const struct marker_match *match)
{
	struct carriers *found = &s->found;
	struct carrier *c = grow(found->carrier, found->n, 1, &found->size,
	    sizeof *c);
	const char *record;
	size_t pos = 0, len;

	if (c == NULL)
		return -1;
	found->carrier = c;
	c += found->n;
	c->info = *info;
	c->record = NULL;
	c->len = match->len;
	if ((c->entry = strndup(match->entry, match->len)) == NULL)
		return -1;
	record = envblock_next(s->env.block, s->env.len, ORPHAN_RECORD_ENV,
	    &pos, &len);
	if (record != NULL && (c->record = strndup(record, len)) == NULL) {
		free(c->entry);
		return -1;
	}
	found->n++;
	return 0;
}

/* The environment of pid cannot be read (errno): note that, if it matters. */
static int
note_unreadable(struct search *s, pid_t pid)
{
	if (errno == ENOMEM || errno == EMFILE || errno == ENFILE)
		return -1;
	if (errno == EAGAIN)
		return pidset_add(&s->executing, pid);
	if (errno != ESRCH && s->query->unreadable &&
	    is_asked_for(s->query, pid))
		return pidset_add(&s->unreadable, pid);
	return 0;
}

/* 1: the process has the markers; 0, or -1 with errno of its environment. */
static int
has_markers(struct search *s, pid_t pid, struct marker_match *match)
{
	const struct carrier_query *query = s->query;

	if (query->nmarkers == 0) {
		match->entry = "-";
		match->len = 1;
		return 1;
	}
	if (proctable_try_environ(pid, &s->env) == -1)
		return -1;
	return marker_match_all(query->marker, query->nmarkers, s->env.block,
	    s->env.len, match);
}

static int
look(pid_t pid, void *arg)
{
	struct search *s = arg;
	const struct carrier_query *query = s->query;
	struct marker_match match;
	struct procinfo info;
	int ours, has;

	if (s->noting && pidset_add(&s->seen, pid) == -1)
		return -1;
	if (is_excepted(query, pid))
		return 0;
	if ((has = has_markers(s, pid, &match)) != 1)
		return has == 0 ? 0 : note_unreadable(s, pid);
	if (proctable_info(pid, &info) == -1 ||
	    (ours = is_of_user(query, pid)) == -1)
		return note_unreadable(s, pid);
	if (!ours || info.state == PROC_DEAD || info.kernel ||
	    (query->selects != NULL && !query->selects(&info, query->arg)))
		return 0;
	return add_carrier(s, &info, &match);
}

/*
 * There may be no process of that number, or only a thread: it has no pidfd.  A
 * list does not have what the system hides (hidepid=2).
 */
static int
look_at_number(pid_t pid, struct search *s)
{
	int ref = handle_ref(pid);
	uid_t owner;

	if (ref == -1)
		return 0;
	close(ref);
	return proctable_owner(pid, &owner) == -1 ? 0 : look(pid, s);
}

/*
 * Rule 2.  The system gives out PIDs in rising order.  When it has started
 * from the beginning again, look at all processes once more.
 */
static int
find_newborn(struct search *s, pid_t before)
{
	pid_t last = proctable_last(), pid;
	int i;

	for (i = 0; i < NEWBORN_PASSES && before != -1 && last != before; i++) {
		if (last < before)
			return proctable_list(look, s);
		for (pid = before + 1; pid <= last; pid++)
			if (look_at_number(pid, s) == -1)
				return -1;
		before = last;
		last = proctable_last();
	}
	return 0;
}

/* Visitor of the process table: look at a process that no earlier list had. */
static int
look_if_new(pid_t pid, void *arg)
{
	struct search *s = arg;

	return pidset_has(&s->seen, pid) ? 0 : look(pid, s);
}

/* Rule 2 without a newest PID: list again until no process is new. */
static int
list_again(struct search *s)
{
	int i;

	for (i = 0; i < LISTS && s->seen.sorted < s->seen.n; i++) {
		pidset_sort(&s->seen);
		if (proctable_list(look_if_new, s) == -1)
			return -1;
	}
	return 0;
}

/* Rule 1.  A process that stays in exec for so long counts as unreadable. */
static int
find_executing(struct search *s)
{
	struct deadline patience = deadline_in(EXEC_PATIENCE);
	struct pidset *left = &s->executing;
	size_t i, n;

	while ((n = left->n) > 0 && !deadline_passed(&patience)) {
		left->n = 0;
		for (i = 0; i < n; i++)
			if (look(left->v[i], s) == -1)
				return -1;
		if (left->n > 0)
			poll(NULL, 0, 1);
	}
	for (i = 0; i < left->n && s->query->unreadable; i++)
		if (pidset_add(&s->unreadable, left->v[i]) == -1)
			return -1;
	return 0;
}

/* Move the results of another thread to s. */
static int
merge(struct search *s, struct search *other)
{
	struct carriers *to = &s->found, *from = &other->found;
	struct carrier *c = grow(to->carrier, to->n, from->n, &to->size,
	    sizeof *c);
	size_t i;

	if (c == NULL)
		return -1;
	to->carrier = c;
	for (i = 0; i < from->n; i++)
		c[to->n++] = from->carrier[i];
	from->n = 0;
	return pidset_move(&s->executing, &other->executing) == -1 ||
	    pidset_move(&s->unreadable, &other->unreadable) == -1 ? -1 :
	    pidset_move(&s->seen, &other->seen);
}

static int
compare(const void *a, const void *b)
{
	const struct carrier *x = a, *y = b;

	return (x->info.pid > y->info.pid) - (x->info.pid < y->info.pid);
}

static void
free_carrier(struct carrier *c)
{
	free(c->entry);
	free(c->record);
}

/* Sort by PID, and free the second entry of a process that was found twice. */
static void
sort_carriers(struct carriers *found)
{
	size_t i, n = 0;

	if (found->n == 0)
		return;
	qsort(found->carrier, found->n, sizeof *found->carrier, compare);
	for (i = 1; i < found->n; i++)
		if (found->carrier[i].info.pid == found->carrier[n].info.pid)
			free_carrier(&found->carrier[i]);
		else
			found->carrier[++n] = found->carrier[i];
	found->n = n + 1;
}

static void
free_search(struct search *s)
{
	carriers_free(&s->found);
	pidset_free(&s->executing);
	pidset_free(&s->unreadable);
	pidset_free(&s->seen);
	proctable_environ_free(&s->env);
}

int
carriers_find(struct carriers *found, const struct carrier_query *query)
{
	struct search search[SCAN_THREADS] = { 0 };
	void *arg[SCAN_THREADS];
	pid_t before = proctable_last();
	int i, result, saved;

	for (i = 0; i < SCAN_THREADS; i++) {
		search[i].query = query;
		search[i].noting = before == -1;
		arg[i] = &search[i];
	}
	result = scan_processes(look, arg);
	for (i = 1; i < SCAN_THREADS && result == 0; i++)
		result = merge(&search[0], &search[i]);
	if (result == 0)
		result = before == -1 ? list_again(&search[0]) :
		    find_newborn(&search[0], before);
	if (result == 0)
		result = find_executing(&search[0]);
	saved = errno;
	sort_carriers(&search[0].found);
	*found = search[0].found;
	found->unreadable = pidset_sort(&search[0].unreadable);
	memset(&search[0].found, 0, sizeof search[0].found);
	for (i = 0; i < SCAN_THREADS; i++)
		free_search(&search[i]);
	return errno = saved, result;
}

void
carriers_free(struct carriers *found)
{
	size_t i;

	for (i = 0; i < found->n; i++)
		free_carrier(&found->carrier[i]);
	free(found->carrier);
	memset(found, 0, sizeof *found);
}
