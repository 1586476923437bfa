#include "config.h"

#include <sys/types.h>

#include <stdlib.h>
#include <string.h>

#include "base/deadline.h"
#include "proc/pidcache.h"
#include "proc/proctable.h"

#define MAX_AGE	2000		/* ms */

static int
compare(const void *a, const void *b)
{
	pid_t x = *(const pid_t *)a, y = *(const pid_t *)b;

	return (x > y) - (x < y);
}

/*
 * Forget the PIDs that the system gave out since the last refresh.  A PID among
 * them that was noted before the counter began anew names another process now.
 */
static void
forget_reused(struct pidcache *m, pid_t last)
{
	size_t i, kept = 0;

	for (i = 0; i < m->n; i++)
		if (m->v[i] <= m->last || m->v[i] > last)
			m->v[kept++] = m->v[i];
	if (kept < m->n)
		m->sorted = 0;
	m->n = kept;
}

void
pidcache_refresh(struct pidcache *m)
{
	pid_t last = proctable_last();
	long long now = deadline_now();

	if (last <= 0 || last < m->last || now - m->asked > MAX_AGE) {
		m->n = m->sorted = 0;
		m->asked = now;
	}
	if (last > 0) {
		forget_reused(m, last);
		m->asked = now;
	}
	m->last = last;
	if (m->sorted < m->n)
		qsort(m->v, m->n, sizeof *m->v, compare);
	m->sorted = m->n;
}

void
pidcache_note(struct pidcache *m, pid_t pid)
{
	if (m->n == m->size) {
		size_t size = m->size == 0 ? 64 : m->size * 2;
		pid_t *v = realloc(m->v, size * sizeof *v);

		if (v == NULL)
			return;
		m->v = v;
		m->size = size;
	}
	m->v[m->n++] = pid;
}

int
pidcache_has(const struct pidcache *m, pid_t pid)
{
	return m->sorted > 0 &&
	    bsearch(&pid, m->v, m->sorted, sizeof *m->v, compare) != NULL;
}

void
pidcache_free(struct pidcache *m)
{
	free(m->v);
	memset(m, 0, sizeof *m);
}
