#include "config.h"

#include <sys/types.h>

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "group/descendants.h"
#include "group/escapee.h"
#include "base/fdio.h"
#include "proc/lineage.h"
#include "proc/proctable.h"

#define NOBODY	LINEAGE_NONE

/* One process as the hunt sees it. */
struct beast {
	pid_t	 pid;		/* first, for escapee_compare */
	pid_t	 ppid, pgid, sid;
	uint64_t start;
	size_t	 group;		/* whose it is, or NOBODY */
	int	 spared;	/* never reported, and none descends from it */
	int	 known;		/* a member, or told of */
	int	 unclear;	/* its parent, or its lineage, could not be told */
};

struct field {
	const struct escapee_hunt *h;
	struct escapee_memory	*m;
	struct escapee_known	*leader;	/* of groups that have one */
	size_t			 nleader, leaders_seen;
	uint64_t		 oldest;
	struct beast		*v;
	size_t			 n, size;
	int			 missed;
	int			 below;	/* only those below the adopter */
};

int
escapee_compare(const void *a, const void *b)
{
	pid_t x = *(const pid_t *)a, y = *(const pid_t *)b;

	return (x > y) - (x < y);
}

static struct beast *
find(const struct field *f, pid_t pid)
{
	return f->n == 0 ? NULL : bsearch(&pid, f->v, f->n, sizeof *f->v,
	    escapee_compare);
}

static const struct escapee_known *
find_in(const struct escapee_known *v, size_t n, pid_t pid)
{
	return n == 0 ? NULL : bsearch(&pid, v, n, sizeof *v, escapee_compare);
}

static int
add(struct field *f, const struct procinfo *info)
{
	struct beast *b;

	if (f->n == f->size) {
		size_t size = f->size == 0 ? 256 : f->size * 2;

		b = realloc(f->v, size * sizeof *b);
		if (b == NULL)
			return -1;
		f->v = b;
		f->size = size;
	}
	f->v[f->n++] = (struct beast){
		.pid = info->pid, .ppid = info->ppid, .pgid = info->pgid,
		.sid = info->sid, .start = info->start, .group = NOBODY,
		.spared = info->pid == 1 || info->kernel
	};
	return 0;
}

static int
is_forbidden(void)
{
	return errno == EACCES || errno == EPERM;
}

/*
 * It may just have died, after it was listed, and have left a child behind our
 * back.  If there is somebody who adopts, only those below him are a group's:
 * mark_descent sees to one that died later.
 */
static int
may_have_left(const struct field *f, const struct procinfo *dead)
{
	return f->h->adopter == 0 || dead->ppid == f->h->adopter ||
	    find_in(f->h->known, f->h->nknown, dead->ppid) != NULL;
}

/* 0, ESRCH, EPERM: is there one, whether or not the system shows it? */
static int
ask(pid_t pid)
{
	return kill(pid, 0) == 0 ? 0 : errno;
}

/* Visitor of the process table: all that lives and is no known stranger. */
static int
meet(pid_t pid, void *arg)
{
	struct field *f = arg;
	struct procinfo info;

	if (pidcache_has(&f->m->strangers, pid))
		return 0;
	if (proctable_info(pid, &info) == -1) {
		if (errno != ESRCH && !is_forbidden())
			return -1;
		f->missed += errno == ESRCH;
		f->m->obscure |= f->below && ask(pid) != ESRCH;
		return 0;
	}
	if (find_in(f->leader, f->nleader, pid) != NULL) {
		f->leaders_seen++;
		if (info.start < f->oldest)
			f->oldest = info.start;
	}
	if (info.state == PROC_DEAD) {
		f->missed += !deadset_note(&f->m->dead, pid, info.start) &&
		    may_have_left(f, &info);
		pidcache_note(&f->m->strangers, pid);
		return 0;
	}
	return add(f, &info);
}

/* Visitor of those below: one that is not added has nobody below it any more. */
static int
meet_below(pid_t pid, void *arg)
{
	struct field *f = arg;
	size_t before = f->n;

	if (pid == f->h->spared)
		return 1;
	if (meet(pid, f) == -1)
		return -1;
	if (f->m->obscure)
		return errno = EPERM, -1;
	return f->n == before;
}

/* One that moved up may have been met twice. */
static void
sort(struct field *f)
{
	size_t i, n = 0;

	if (f->n > 0)
		qsort(f->v, f->n, sizeof *f->v, escapee_compare);
	for (i = 0; i < f->n; i++)
		if (i == 0 || f->v[i].pid != f->v[n - 1].pid)
			f->v[n++] = f->v[i];
	f->n = n;
}

/* Rule 6.  Return 0, or -1 if all processes have to be looked at. */
static int
survey_below(struct field *f)
{
	long missed;

	f->below = 1;
	missed = descendants_list(f->h->adopter, meet_below, f);
	if (missed == -1) {
		f->n = f->leaders_seen = 0;
		f->missed = f->below = 0;
		return -1;
	}
	f->missed += (int)missed;
	return sort(f), 0;
}

static int
survey(struct field *f)
{
	pid_t before;

	pidcache_refresh(&f->m->strangers);
	deadset_turn(&f->m->dead);
	f->m->sighted = 0;
	f->oldest = UINT64_MAX;
	if (f->h->far && f->h->closed && !f->m->obscure &&
	    survey_below(f) == 0)
		return 0;
	before = proctable_last();
	if (proctable_list(meet, f) != 0)
		return -1;
	f->missed += proctable_last() < before;	/* as in a torn snapshot */
	sort(f);
	if (!f->m->hunted)
		f->m->oldest = f->leaders_seen < f->h->n ? 0 : f->oldest;
	f->m->hunted = 1;
	return 0;
}

/* The groups by their numbers, as far as these are theirs still. */
static int
list_leaders(struct field *f)
{
	const struct escapee_hunt *h = f->h;
	size_t i;

	f->leader = malloc((h->n + 1) * sizeof *f->leader);
	if (f->leader == NULL)
		return -1;
	for (i = 0; i < h->n; i++)
		if (h->holds(i, h->arg)) {
			f->leader[f->nleader].pid = h->group[i].pid;
			f->leader[f->nleader++].group = i;
		}
	qsort(f->leader, f->nleader, sizeof *f->leader, escapee_compare);
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

/*
 * Who has died since is as one that was dead when it was met.  Who lives, but has
 * given up his memory, is about to die, or another of his threads executes.
 */
static void
ask_lineage(struct field *f, struct beast *b, struct procenv *env)
{
	if (b->start < f->m->oldest)
		return;
	if (proctable_environ(b->pid, env) == 0)
		b->group = lineage_find(f->h->group, f->h->n, env->block,
		    env->len);
	else
		b->unclear = !is_forbidden() && errno != ENOSYS &&
		    (errno != ESRCH || f->h->adopter == 0 ||
		    proctable_alive(b->pid));
}

/* Those that are a group's for what they are, and not for whom they have. */
static void
mark_own(struct field *f)
{
	const struct escapee_hunt *h = f->h;
	const struct escapee_known *k;
	struct procenv env = { 0 };
	size_t i, s;

	for (i = 0; i < f->n; i++) {
		struct beast *b = &f->v[i];

		k = find_in(h->known, h->nknown, b->pid);
		b->known = k != NULL;
		if (k == NULL && !f->below) {
			k = find_in(f->leader, f->nleader, b->pgid);
			b->known = k != NULL;
		}
		if (k != NULL)
			b->group = k->group;
		if (b->known || b->spared)
			continue;
		for (s = 0; h->session != NULL && s < h->n; s++)
			if (h->session[s] != 0 && h->session[s] == b->sid)
				b->group = s;
		if (b->group == NOBODY && h->far && !f->below)
			ask_lineage(f, b, &env);
	}
	proctable_environ_free(&env);
}

/* Whose it is by its parent; return whether that is any news. */
static int
descend(const struct field *f, struct beast *b)
{
	const struct beast *parent = find(f, b->ppid);
	size_t group = NOBODY;
	int unclear = 0;

	if (b->group != NOBODY || b->spared || b->pid == f->h->spared ||
	    b->pid == f->h->monitor)
		return 0;
	if (f->h->adopter != 0 && b->ppid == f->h->adopter)
		group = 0;
	else if (parent != NULL && !parent->spared) {
		group = parent->group;
		unclear = parent->unclear;
	} else if (parent == NULL)
		unclear = b->ppid > 1 && ask(b->ppid) != EPERM &&
		    !pidcache_has(&f->m->strangers, b->ppid);
	if (group == NOBODY && unclear <= b->unclear)
		return 0;
	b->group = group;
	b->unclear |= unclear;
	return 1;
}

/* Descent: whose parent is a group's is the group's, until nothing moves. */
static void
mark_descent(struct field *f)
{
	int moved;
	size_t i;

	do {
		moved = 0;
		for (i = 0; i < f->n; i++)
			moved |= descend(f, &f->v[i]);
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
report(struct field *f)
{
	const struct escapee_hunt *h = f->h;
	size_t i;

	for (i = 0; i < f->n; i++) {
		const struct beast *b = &f->v[i];
		int ref;

		if (b->group == NOBODY) {
			if (b->unclear)
				f->missed++;
			else
				pidcache_note(&f->m->strangers, b->pid);
		}
		if (b->group == NOBODY || b->known || b->spared)
			continue;
		ref = fdio_keep(handle_ref(b->pid));
		if (is_same(b)) {
			h->found(b->pid, ref, b->group, h->arg);
			continue;
		}
		f->missed++;
		f->m->sighted++;
		if (ref != -1)
			close(ref);
	}
}

int
escapee_hunt(const struct escapee_hunt *h, struct escapee_memory *m)
{
	struct field f = { .h = h, .m = m };
	int result = -1;

	if (list_leaders(&f) == 0 && survey(&f) == 0) {
		spare_ancestors(&f);
		mark_own(&f);
		if (h->far)
			mark_descent(&f);
		report(&f);
		result = f.missed;
	}
	free(f.leader);
	free(f.v);
	return result;
}

void
escapee_forget(struct escapee_memory *m)
{
	pidcache_free(&m->strangers);
	deadset_free(&m->dead);
}
