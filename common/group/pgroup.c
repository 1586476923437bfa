#include "config.h"

#include <sys/types.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "base/fdio.h"
#include "proc/grouplist.h"
#include "group/pgroup.h"

#define TRIES	10	/* while members come and go */

int
pgroup_open(struct pgroup *group, const struct handle *id,
    const struct proctable *table)
{
	int verdict;

	group->id = *id;
	verdict = handle_verify(id, table, &group->ref);
	if (verdict == HANDLE_VERIFIED && id->kind == HANDLE_BARE &&
	    group->ref != -1 && handle_get(&group->id, id->pid,
	    group->ref) == -1)
		group->id = *id;
	group->ref = fdio_keep(group->ref);
	return verdict;
}

int
pgroup_open_held(struct pgroup *group, const struct pgroup *held)
{
	int result = handle_signal_group(held->id.pid, held->ref, 0);

	if (result == -1 && errno != ESRCH)
		return pgroup_open(group, &held->id, NULL);
	group->id = held->id;
	group->ref = -1;
	if (result == -1)
		return HANDLE_GONE;
	group->ref = fdio_keep(fcntl(held->ref, F_DUPFD_CLOEXEC, 3));
	return HANDLE_VERIFIED;
}

void
pgroup_close(struct pgroup *group)
{
	if (group->ref != -1)
		close(group->ref);
	group->ref = -1;
}

int
pgroup_needs_continue(int sig)
{
	switch (sig) {
	case 0:
	case SIGKILL:
	case SIGSTOP:
	case SIGTSTP:
	case SIGTTIN:
	case SIGTTOU:
	case SIGCONT:
		return 0;
	default:
		return 1;
	}
}

/*
 * macOS returns EPERM, too, if all members that it listed are zombies, or
 * became zombies before their turn.  Only a living member that refuses is a
 * true EPERM.
 */
static int
kill_group(pid_t pgid, int sig)
{
	int tries = 0;

	while (kill(-pgid, sig) == -1) {
		if (errno != EPERM)
			return -1;
		if (grouplist_refuses(pgid) != 0)
			return errno = EPERM, -1;
		if (++tries == TRIES || grouplist_dead(pgid) == 1)
			return errno = ESRCH, -1;
	}
	return 0;
}

/* Is the number still this group's? */
static int
check(const struct pgroup *group)
{
	int ref, verdict = handle_verify(&group->id, NULL, &ref);

	if (ref != -1)
		close(ref);
	if (verdict == HANDLE_VERIFIED)
		return 0;
	if (verdict != -1)
		errno = verdict == HANDLE_GONE ? ESRCH : EPERM;
	return -1;
}

int
pgroup_send(const struct pgroup *group, int sig)
{
	if (group->id.pid <= 1)
		return errno = EINVAL, -1;
	if (handle_signal_group(group->id.pid, group->ref, sig) == 0)
		return 0;
	if (errno != ENOSYS)
		return -1;
	/*
	 * Race: between this check and kill(2) the last member may end and
	 * a new process may get its number and lead a new group.
	 */
	if (check(group) == -1)
		return -1;
	return kill_group(group->id.pid, sig);
}

int
pgroup_signal(const struct pgroup *group, int sig)
{
	if (pgroup_send(group, sig) == -1)
		return -1;
	if (pgroup_needs_continue(sig))
		pgroup_send(group, SIGCONT);
	return 0;
}

int
pgroup_signal_leader(const struct pgroup *group, int sig)
{
	if (!proctable_alive(group->id.pid))
		return errno = ESRCH, -1;
	/* Without a descriptor the race of pgroup_send remains. */
	if (group->ref == -1 && check(group) == -1)
		return -1;
	if (handle_signal(group->id.pid, group->ref, sig) == -1)
		return -1;
	if (pgroup_needs_continue(sig))
		handle_signal(group->id.pid, group->ref, SIGCONT);
	return 0;
}

int
pgroup_signal_number(const struct pgroup *group, int sig)
{
	if (group->id.pid <= 1)
		return errno = EINVAL, -1;
	if (kill_group(group->id.pid, sig) == -1)
		return -1;
	if (pgroup_needs_continue(sig))
		kill(-group->id.pid, SIGCONT);
	return 0;
}

int
pgroup_vanished(const struct pgroup *group)
{
	if (handle_signal_group(group->id.pid, group->ref, 0) == 0)
		return 0;
	if (errno == ENOSYS && kill(-group->id.pid, 0) == 0)
		return 0;
	return errno == ESRCH;
}

int
pgroup_is_dead(const struct pgroup *group, const struct proctable *table)
{
	size_t i;

	for (i = 0; group != NULL && i < table->n; i++)
		if (table->row[i].pgid == group->id.pid &&
		    proctable_pgid(table->row[i].pid) == group->id.pid)
			return 1;
	return group == NULL || pgroup_vanished(group);
}
