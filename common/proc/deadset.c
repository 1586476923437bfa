#include "config.h"

#include <sys/types.h>

#include <stdlib.h>
#include <string.h>

#include "proc/deadset.h"

static int
compare(const void *a, const void *b)
{
	const struct deadproc *x = a, *y = b;

	return (x->pid > y->pid) - (x->pid < y->pid);
}

void
deadset_begin(struct deadset *d)
{
	free(d->older);
	d->older = d->v;
	d->nolder = d->n;
	if (d->n > 0)
		qsort(d->older, d->n, sizeof *d->older, compare);
	d->v = NULL;
	d->n = d->size = 0;
}

/* Without memory the process is forgotten, which costs another round. */
int
deadset_note(struct deadset *d, pid_t pid, uint64_t start)
{
	const struct deadproc one = { pid, start }, *known;

	if (d->n == d->size) {
		size_t size = d->size == 0 ? 64 : d->size * 2;
		struct deadproc *v = realloc(d->v, size * sizeof *v);

		if (v == NULL)
			return 0;
		d->v = v;
		d->size = size;
	}
	d->v[d->n++] = one;
	known = d->nolder == 0 ? NULL : bsearch(&one, d->older, d->nolder,
	    sizeof *d->older, compare);
	return known != NULL && known->start == start;
}

void
deadset_free(struct deadset *d)
{
	free(d->v);
	free(d->older);
	memset(d, 0, sizeof *d);
}
