#include "config.h"

#include <sys/types.h>

#include <string.h>

#include "base/deadline.h"
#include "proc/pidcache.h"
#include "proc/proctable.h"

#define MAX_AGE	2000		/* ms */

/*
 * Forget the PIDs that the system gave out since the last refresh.  A PID among
 * them that was noted before the counter began anew names another process now.
 */
static void
forget_reused(struct pidcache *m, pid_t last)
{
	struct pidset *s = &m->set;
	size_t i, kept = 0;

	for (i = 0; i < s->n; i++)
		if (s->v[i] <= m->last || s->v[i] > last)
			s->v[kept++] = s->v[i];
	if (kept < s->n)
		s->sorted = 0;
	s->n = kept;
}

void
pidcache_refresh(struct pidcache *m)
{
	pid_t last = proctable_last();
	long long now = deadline_now();

	if (last <= 0 || last < m->last || now - m->asked > MAX_AGE) {
		m->set.n = m->set.sorted = 0;
		m->asked = now;
	}
	if (last > 0) {
		forget_reused(m, last);
		m->asked = now;
	}
	m->last = last;
	if (m->set.sorted < m->set.n)
		pidset_sort(&m->set);
}

void
pidcache_note(struct pidcache *m, pid_t pid)
{
	(void)pidset_add(&m->set, pid);
}

int
pidcache_has(const struct pidcache *m, pid_t pid)
{
	return pidset_has(&m->set, pid);
}

void
pidcache_free(struct pidcache *m)
{
	pidset_free(&m->set);
	memset(m, 0, sizeof *m);
}
