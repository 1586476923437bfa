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

#define NO_GROUP	LINEAGE_NONE

/* One process that may be an escapee. */
struct candidate {
	pid_t	 pid;		/* first, for escapee_compare */
	pid_t	 ppid, pgid, sid;
	uint64_t start;
	size_t	 group;		/* its group, or NO_GROUP */
	int	 spared;	/* not reported, nor its descendants */
	int	 known;		/* a member, or reported before */
	int	 unclear;	/* its parent or lineage could not be read */
};

struct survey {
	const struct escapee_query *h;
	struct escapee_memory	*m;
	struct escapee_known	*leader;	/* whose PGID is the group's */
	size_t			 nleader, leaders_seen;
	uint64_t		 oldest;
	struct candidate		*v;
	size_t			 n, size;
	int			 missed;
	int			 below;	/* rule 6 holds */
};

int
escapee_compare(const void *a, const void *b)
{
	pid_t x = *(const pid_t *)a, y = *(const pid_t *)b;

	return (x > y) - (x < y);
}

static struct candidate *
find(const struct survey *s, pid_t pid)
{
	return s->n == 0 ? NULL : bsearch(&pid, s->v, s->n, sizeof *s->v,
	    escapee_compare);
}

static const struct escapee_known *
find_in(const struct escapee_known *v, size_t n, pid_t pid)
{
	return n == 0 ? NULL : bsearch(&pid, v, n, sizeof *v, escapee_compare);
}

static int
append(struct survey *s, const struct procinfo *info)
{
	struct candidate *c;

	if (s->n == s->size) {
		size_t size = s->size == 0 ? 256 : s->size * 2;

		c = realloc(s->v, size * sizeof *c);
		if (c == NULL)
			return -1;
		s->v = c;
		s->size = size;
	}
	s->v[s->n++] = (struct candidate){
		.pid = info->pid, .ppid = info->ppid, .pgid = info->pgid,
		.sid = info->sid, .start = info->start, .group = NO_GROUP,
		.spared = info->pid == 1 || info->kernel
	};
	return 0;
}

static int
is_denied(void)
{
	return errno == EACCES || errno == EPERM;
}

/*
 * Can this zombie have left a child that the scan has not seen?  With an
 * adopter, only a child of the adopter or of a known process can: mark_descent
 * sees to a process that dies later.
 */
static int
may_have_left(const struct survey *s, const struct procinfo *dead)
{
	return s->h->adopter == 0 || dead->ppid == s->h->adopter ||
	    find_in(s->h->known, s->h->nknown, dead->ppid) != NULL;
}

/* Does the process exist, even if the system hides it?  0, ESRCH, EPERM. */
static int
probe(pid_t pid)
{
	return kill(pid, 0) == 0 ? 0 : errno;
}

/* Visitor of the process table: append a living process, skip a stranger. */
static int
visit_process(pid_t pid, void *arg)
{
	struct survey *s = arg;
	struct procinfo info;

	if (pidcache_has(&s->m->strangers, pid))
		return 0;
	if (proctable_info(pid, &info) == -1) {
		if (errno != ESRCH && !is_denied())
			return -1;
		s->missed += errno == ESRCH;
		s->m->hidden |= s->below && probe(pid) != ESRCH;
		return 0;
	}
	if (find_in(s->leader, s->nleader, pid) != NULL) {
		s->leaders_seen++;
		if (info.start < s->oldest)
			s->oldest = info.start;
	}
	if (info.state == PROC_DEAD) {
		s->missed += !deadset_note(&s->m->dead, pid, info.start) &&
		    may_have_left(s, &info);
		pidcache_note(&s->m->strangers, pid);
		return 0;
	}
	return append(s, &info);
}

/*
 * Visitor of descendants: a process that is not appended has no children
 * left.
 */
static int
visit_below(pid_t pid, void *arg)
{
	struct survey *s = arg;
	size_t before = s->n;

	if (pid == s->h->spared)
		return 1;
	if (visit_process(pid, s) == -1)
		return -1;
	if (s->m->hidden)
		return errno = EPERM, -1;
	return s->n == before;
}

/* A process that changed its parent may have been visited twice. */
static void
sort(struct survey *s)
{
	size_t i, n = 0;

	if (s->n > 0)
		qsort(s->v, s->n, sizeof *s->v, escapee_compare);
	for (i = 0; i < s->n; i++)
		if (i == 0 || s->v[i].pid != s->v[n - 1].pid)
			s->v[n++] = s->v[i];
	s->n = n;
}

/* Rule 6.  Return 0, or -1 if all processes have to be scanned. */
static int
survey_below(struct survey *s)
{
	long missed;

	s->below = 1;
	missed = descendants_list(s->h->adopter, visit_below, s);
	if (missed == -1) {
		s->n = s->leaders_seen = 0;
		s->missed = s->below = 0;
		return -1;
	}
	s->missed += (int)missed;
	return sort(s), 0;
}

static int
take_survey(struct survey *s)
{
	pid_t before;

	pidcache_refresh(&s->m->strangers);
	deadset_begin(&s->m->dead);
	s->m->vanished = 0;
	s->oldest = UINT64_MAX;
	if (s->h->by_descent && s->h->closed && !s->m->hidden &&
	    survey_below(s) == 0)
		return 0;
	before = proctable_last();
	if (proctable_list(visit_process, s) != 0)
		return -1;
	s->missed += proctable_last() < before;	/* as in a torn snapshot */
	sort(s);
	if (!s->m->scanned_once)
		s->m->oldest = s->leaders_seen < s->h->n ? 0 : s->oldest;
	s->m->scanned_once = 1;
	return 0;
}

/* Sort the groups by PGID, as far as they still hold it. */
static int
list_leaders(struct survey *s)
{
	const struct escapee_query *h = s->h;
	size_t i;

	s->leader = malloc((h->n + 1) * sizeof *s->leader);
	if (s->leader == NULL)
		return -1;
	for (i = 0; i < h->n; i++)
		if (h->holds(i, h->arg)) {
			s->leader[s->nleader].pid = h->group[i].pid;
			s->leader[s->nleader++].group = i;
		}
	qsort(s->leader, s->nleader, sizeof *s->leader, escapee_compare);
	return 0;
}

/* Spare the caller and its ancestors. */
static void
spare_ancestors(struct survey *s)
{
	struct candidate *c = find(s, getpid());

	while (c != NULL && !c->spared) {
		c->spared = 1;
		c = find(s, c->ppid);
	}
}

/*
 * A process that died since the survey counts as dead.  A process that lives
 * but has no memory to read is exiting, or one of its threads executes.
 */
static void
read_lineage(struct survey *s, struct candidate *c, struct procenv *env)
{
	if (c->start < s->m->oldest)
		return;
	if (proctable_environ(c->pid, env) == 0)
		c->group = lineage_find(s->h->group, s->h->n, env->block,
		    env->len);
	else
		c->unclear = !is_denied() && errno != ENOSYS &&
		    (errno != ESRCH || s->h->adopter == 0 ||
		    proctable_alive(c->pid));
}

/* Mark what belongs to a group by PID, PGID, session or lineage. */
static void
mark_own(struct survey *s)
{
	const struct escapee_query *h = s->h;
	const struct escapee_known *k;
	struct procenv env = { 0 };
	size_t i, j;

	for (i = 0; i < s->n; i++) {
		struct candidate *c = &s->v[i];

		k = find_in(h->known, h->nknown, c->pid);
		c->known = k != NULL;
		if (k == NULL && !s->below) {
			k = find_in(s->leader, s->nleader, c->pgid);
			c->known = k != NULL;
		}
		if (k != NULL)
			c->group = k->group;
		if (c->known || c->spared)
			continue;
		for (j = 0; h->session != NULL && j < h->n; j++)
			if (h->session[j] != 0 && h->session[j] == c->sid)
				c->group = j;
		if (c->group == NO_GROUP && h->by_descent && !s->below)
			read_lineage(s, c, &env);
	}
	proctable_environ_free(&env);
}

/* Let a process inherit its parent's group.  Did that change anything? */
static int
descend(const struct survey *s, struct candidate *c)
{
	const struct candidate *parent = find(s, c->ppid);
	size_t group = NO_GROUP;
	int unclear = 0;

	if (c->group != NO_GROUP || c->spared || c->pid == s->h->spared ||
	    c->pid == s->h->monitor)
		return 0;
	if (s->h->adopter != 0 && c->ppid == s->h->adopter)
		group = 0;
	else if (parent != NULL && !parent->spared) {
		group = parent->group;
		unclear = parent->unclear;
	} else if (parent == NULL)
		unclear = c->ppid > 1 && probe(c->ppid) != EPERM &&
		    !pidcache_has(&s->m->strangers, c->ppid);
	if (group == NO_GROUP && unclear <= c->unclear)
		return 0;
	c->group = group;
	c->unclear |= unclear;
	return 1;
}

/* Mark what belongs to a group by descent, until nothing changes. */
static void
mark_descent(struct survey *s)
{
	int moved;
	size_t i;

	do {
		moved = 0;
		for (i = 0; i < s->n; i++)
			moved |= descend(s, &s->v[i]);
	} while (moved);
}

/* Does the PID still name the process of the survey? */
static int
is_same(const struct candidate *c)
{
	struct procinfo info;

	return proctable_info(c->pid, &info) == 0 &&
	    info.start == c->start && info.pgid == c->pgid &&
	    info.state != PROC_DEAD;
}

static void
report(struct survey *s)
{
	const struct escapee_query *h = s->h;
	size_t i;

	for (i = 0; i < s->n; i++) {
		const struct candidate *c = &s->v[i];
		int ref;

		if (c->group == NO_GROUP) {
			if (c->unclear)
				s->missed++;
			else
				pidcache_note(&s->m->strangers, c->pid);
		}
		if (c->group == NO_GROUP || c->known || c->spared)
			continue;
		ref = fdio_keep(handle_ref(c->pid));
		if (is_same(c)) {
			h->found(c->pid, ref, c->group, h->arg);
			continue;
		}
		s->missed++;
		s->m->vanished++;
		if (ref != -1)
			close(ref);
	}
}

int
escapee_scan(const struct escapee_query *h, struct escapee_memory *m)
{
	struct survey s = { .h = h, .m = m };
	int result = -1, saved;

	if (list_leaders(&s) == 0 && take_survey(&s) == 0) {
		spare_ancestors(&s);
		mark_own(&s);
		if (h->by_descent)
			mark_descent(&s);
		report(&s);
		result = s.missed;
	}
	saved = errno;
	free(s.leader);
	free(s.v);
	return errno = saved, result;
}

void
escapee_forget(struct escapee_memory *m)
{
	pidcache_free(&m->strangers);
	deadset_free(&m->dead);
}
