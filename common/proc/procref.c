#include "config.h"

#include <errno.h>
#include <unistd.h>

#include "proc/procref.h"

int
procref_open(const struct handle *id, int *ref)
{
	struct handle now;

	if (handle_open(&now, id->pid, ref) == -1)
		return -1;
	if (proctable_alive(id->pid) &&
	    (id->kind == HANDLE_BARE || handle_equal(id, &now)))
		return 0;
	if (*ref != -1)
		close(*ref);
	*ref = -1;
	return errno = ESRCH, -1;
}

int
procref_alive(const struct handle *id)
{
	int ref;

	if (procref_open(id, &ref) == -1)
		return errno != ESRCH && proctable_alive(id->pid);
	if (ref != -1)
		close(ref);
	return 1;
}
