#include "config.h"

#include <sys/types.h>

#include <stdlib.h>
#include <string.h>

#include "group/pgindex.h"
#include "proc/procwatch.h"

int
pgindex_open(struct pgindex *x, size_t groups, pid_t *known, size_t nknown)
{
	x->n = 0;
	x->known = known;
	x->nknown = nknown;
	x->group = malloc((groups + 1) * sizeof *x->group);
	return known == NULL || x->group == NULL ? -1 : 0;
}

void
pgindex_close(struct pgindex *x)
{
	free(x->group);
	free(x->known);
	memset(x, 0, sizeof *x);
}

void
pgindex_add(struct pgindex *x, pid_t pgid, size_t item)
{
	x->group[x->n].pgid = pgid;
	x->group[x->n++].item = item;
}

void
pgindex_sort(struct pgindex *x)
{
	qsort(x->group, x->n, sizeof *x->group, procwatch_compare);
}

int
pgindex_knows(const struct pgindex *x, pid_t pid)
{
	return bsearch(&pid, x->known, x->nknown, sizeof *x->known,
	    procwatch_compare) != NULL;
}

const struct pgindex_entry *
pgindex_find(const struct pgindex *x, const struct procrow *row)
{
	const struct pgindex_entry *e = bsearch(&row->pgid, x->group, x->n,
	    sizeof *x->group, procwatch_compare);

	return e == NULL || pgindex_knows(x, row->pid) ? NULL : e;
}
