#include "config.h"

#include <sys/types.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "proc/groupset.h"

/* *place becomes the index where the group is, or has to be inserted. */
static struct group *
search(const struct groupset *set, pid_t pgid, size_t *place)
{
	size_t low = 0, high = set->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (set->group[middle].id.pid < pgid)
			low = middle + 1;
		else
			high = middle;
	}
	*place = low;
	return low < set->n && set->group[low].id.pid == pgid ?
	    &set->group[low] : NULL;
}

static struct group *
insert(struct groupset *set, size_t place, const struct handle *id)
{
	size_t size = set->size == 0 ? 64 : set->size * 2;
	struct group *p;

	if (set->n == set->size) {
		if ((p = realloc(set->group, size * sizeof *p)) == NULL)
			return NULL;
		set->group = p;
		set->size = size;
	}
	p = &set->group[place];
	memmove(p + 1, p, (set->n++ - place) * sizeof *p);
	p->id = *id;
	p->listed = p->owned = 0;
	return p;
}

/* The members' lineage is read only if the group has no leader. */
static int
identify(struct groupset *set, pid_t pgid, struct handle *id)
{
	id->pid = pgid;
	id->kind = HANDLE_KEYLESS;
	id->key = 0;
	if (pgid == 0)
		return 0;
	if (handle_group(id, pgid, NULL) == -1)
		return -1;
	if (id->kind != HANDLE_KEYLESS)
		return 0;
	if (set->table.n == 0 && proctable_read(&set->table) == -1)
		return -1;
	return handle_group(id, pgid, &set->table);
}

static int
is_resource_error(void)
{
	return errno == EMFILE || errno == ENFILE || errno == ENOMEM;
}

struct group *
groupset_find(struct groupset *set, struct procinfo *info)
{
	for (;;) {
		struct procinfo now;
		struct handle id;
		size_t place;
		struct group *group = search(set, info->pgid, &place);
		int result;

		if (group != NULL)
			return group;
		result = identify(set, info->pgid, &id);
		if (result == -1 && errno != ESRCH)
			return NULL;
		if (proctable_info(info->pid, &now) == -1)
			return is_resource_error() ? NULL :
			    (errno = ESRCH, NULL);
		if (now.start != info->start || now.state == PROC_DEAD)
			return errno = ESRCH, NULL;
		if (now.pgid == info->pgid)
			return result == -1 ? (errno = ESRCH, NULL) :
			    insert(set, place, &id);
		*info = now;
	}
}

void
groupset_free(struct groupset *set)
{
	free(set->group);
	proctable_free(&set->table);
	memset(set, 0, sizeof *set);
}
