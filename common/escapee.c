#include "config.h"

#include <sys/types.h>

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "escapee.h"
#include "fdio.h"
#include "proctable.h"

#define NOBODY	((size_t)-1)

/* One process as the hunt sees it. */
struct beast {
	pid_t	pid;		/* first, for bsearch(3) */
	pid_t	ppid, pgid;
	uint64_t start;
	size_t	group;		/* whose it is, or NOBODY */
	int	member, spared;
};

struct field {
	struct beast	*v;
	size_t		 n;
};

static int
compare(const void *a, const void *b)
{
	pid_t x = *(const pid_t *)a, y = *(const pid_t *)b;

	return (x > y) - (x < y);
}

static struct beast *
find(const struct field *f, pid_t pid)
{
	return bsearch(&pid, f->v, f->n, sizeof *f->v, compare);
}

/* All that lives and is neither PID 1 nor a kernel thread. */
static int
survey(struct field *f)
{
	struct proctable table = { 0 };
	struct procinfo info;
	size_t i;

	f->n = 0;
	if (proctable_read(&table) == -1)
		return -1;
	f->v = malloc((table.n + 1) * sizeof *f->v);
	for (i = 0; f->v != NULL && i < table.n; i++) {
		struct beast *b = &f->v[f->n];

		if (proctable_info(table.row[i].pid, &info) == -1 ||
		    info.pid == 1 || info.kernel || info.state == PROC_DEAD)
			continue;
		b->pid = info.pid;
		b->ppid = info.ppid;
		b->pgid = info.pgid;
		b->start = info.start;
		b->group = NOBODY;
		b->member = b->spared = 0;
		f->n++;
	}
	proctable_free(&table);
	if (f->v == NULL)
		return -1;
	qsort(f->v, f->n, sizeof *f->v, compare);
	return 0;
}

/* Ourselves and all we descend from are left alone. */
static void
spare_ancestors(struct field *f)
{
	struct beast *b = find(f, getpid());

	while (b != NULL && !b->spared) {
		b->spared = 1;
		b = find(f, b->ppid);
	}
}

/* Those that are a group's by membership, by lineage or known of old. */
static void
mark_own(struct field *f, const struct escapee_hunt *h)
{
	struct procenv env = { 0 };
	size_t i, k;

	for (i = 0; i < f->n; i++) {
		struct beast *b = &f->v[i];
		int readable;

		for (k = 0; k < h->n && b->group == NOBODY; k++)
			if (b->pgid == h->group[k].pid &&
			    (h->holds == NULL || h->holds(k, h->arg))) {
				b->group = k;
				b->member = 1;
			}
		if (b->group != NOBODY || b->spared ||
		    (h->known != NULL && h->known(b->pid, &b->group, h->arg)))
			continue;
		readable = proctable_environ(b->pid, &env) == 0;
		for (k = 0; k < h->n && readable && b->group == NOBODY; k++)
			if (h->group[k].kind == PROCID_KEYED &&
			    procid_in_lineage(&h->group[k], env.block,
			    env.len))
				b->group = k;
	}
	proctable_environ_free(&env);
}

/* Descent: whose parent is a group's is the group's, until nothing moves. */
static void
mark_descent(struct field *f, const struct escapee_hunt *h)
{
	int moved;
	size_t i;

	do {
		moved = 0;
		for (i = 0; i < f->n; i++) {
			struct beast *b = &f->v[i];
			const struct beast *parent;

			if (b->group != NOBODY || b->spared ||
			    b->pid == h->spared)
				continue;
			parent = find(f, b->ppid);
			if (h->adopter != 0 && b->ppid == h->adopter)
				b->group = 0;
			else if (parent != NULL && !parent->spared)
				b->group = parent->group;
			moved |= b->group != NOBODY;
		}
	} while (moved);
}

/* Has the number still the owner that was surveyed? */
static int
is_same(const struct beast *b)
{
	struct procinfo info;

	return proctable_info(b->pid, &info) == 0 &&
	    info.start == b->start && info.pgid == b->pgid &&
	    info.state != PROC_DEAD;
}

static void
report(const struct field *f, const struct escapee_hunt *h)
{
	size_t i;

	for (i = 0; i < f->n; i++) {
		const struct beast *b = &f->v[i];
		int ref;

		if (b->group == NOBODY || b->member || b->spared)
			continue;
		ref = fdio_keep(procid_ref(b->pid));
		if (is_same(b))
			h->found(b->pid, ref, b->group, h->arg);
		else if (ref != -1)
			close(ref);
	}
}

int
escapee_hunt(const struct escapee_hunt *h)
{
	struct field f = { 0 };

	if (survey(&f) == -1)
		return -1;
	spare_ancestors(&f);
	mark_own(&f, h);
	mark_descent(&f, h);
	report(&f, h);
	free(f.v);
	return 0;
}
