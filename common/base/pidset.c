#include "config.h"

#include <sys/types.h>

#include <stdlib.h>
#include <string.h>

#include "base/pidset.h"

static int
compare(const void *a, const void *b)
{
	pid_t x = *(const pid_t *)a, y = *(const pid_t *)b;

	return (x > y) - (x < y);
}

int
pidset_add(struct pidset *s, pid_t pid)
{
	if (s->n == s->size) {
		size_t size = s->size == 0 ? 64 : s->size * 2;
		pid_t *v = realloc(s->v, size * sizeof *v);

		if (v == NULL)
			return -1;
		s->v = v;
		s->size = size;
	}
	s->v[s->n++] = pid;
	return 0;
}

size_t
pidset_sort(struct pidset *s)
{
	size_t i, n = s->n > 0;

	if (n > 0)
		qsort(s->v, s->n, sizeof *s->v, compare);
	for (i = 1; i < s->n; i++)
		if (s->v[i] != s->v[n - 1])
			s->v[n++] = s->v[i];
	return s->sorted = s->n = n;
}

int
pidset_has(const struct pidset *s, pid_t pid)
{
	return s->sorted > 0 &&
	    bsearch(&pid, s->v, s->sorted, sizeof *s->v, compare) != NULL;
}

int
pidset_move(struct pidset *s, struct pidset *from)
{
	size_t i;

	for (i = 0; i < from->n; i++)
		if (pidset_add(s, from->v[i]) == -1)
			return -1;
	from->n = from->sorted = 0;
	return 0;
}

void
pidset_free(struct pidset *s)
{
	free(s->v);
	memset(s, 0, sizeof *s);
}
