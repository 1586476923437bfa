#include "config.h"

#include <sys/types.h>

#include <errno.h>
#include <signal.h>

#include "proc/grouplist.h"
#include "sys/os.h"
#include "proc/proctable.h"

#define TRIES	3

static int
add(pid_t pid, void *arg)
{
	return pidset_add(arg, pid);
}

int
grouplist_read(struct pidset *l, pid_t pgid)
{
	l->n = l->sorted = 0;
	if (os_group_list(pgid, add, l) == -1)
		return -1;
	pidset_sort(l);
	return 0;
}

int
grouplist_is_subset(const struct pidset *a, const struct pidset *b)
{
	size_t i;

	for (i = 0; i < a->n; i++)
		if (!pidset_has(b, a->v[i]))
			return 0;
	return 1;
}

static int
all_dead(const struct pidset *l)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		if (proctable_alive(l->v[i]))
			return 0;
	return 1;
}

/*
 * A member may fork after the system made the list and die before it is looked
 * at.  So a second list is read after all members of the first are found dead:
 * if it has no new member, the group is dead.
 */
int
grouplist_dead(pid_t pgid)
{
	struct pidset seen = { NULL, 0, 0, 0 }, now = { NULL, 0, 0, 0 };
	int result = grouplist_read(&seen, pgid), tries;

	for (tries = 0; result == 0 && tries < TRIES; tries++) {
		struct pidset older = seen;

		if (!all_dead(&seen))
			break;
		if ((result = grouplist_read(&now, pgid)) == -1)
			break;
		result = grouplist_is_subset(&now, &seen);
		seen = now;
		now = older;
	}
	pidset_free(&seen);
	pidset_free(&now);
	return result;
}

int
grouplist_refuses(pid_t pgid)
{
	struct pidset list = { NULL, 0, 0, 0 };
	int result = grouplist_read(&list, pgid);
	size_t i;

	for (i = 0; result == 0 && i < list.n; i++)
		result = kill(list.v[i], 0) == -1 && errno == EPERM &&
		    proctable_alive(list.v[i]);
	pidset_free(&list);
	return result;
}
