#include "config.h"

#include <sys/types.h>

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/deadline.h"
#include "sys/os.h"
#include "proc/proctable.h"

#define EXEC_PATIENCE	100	/* ms */
#define MAX_NEW		1000	/* PIDs that are visited one by one */

/*
 * getpgid(2) does not find zombies on macOS, and fails for other sessions on
 * OpenBSD.
 */
pid_t
proctable_pgid(pid_t pid)
{
	pid_t pgid = getpgid(pid);
	struct procinfo info;

	if (pgid != -1)
		return pgid;
	if (os_proc_info(pid, &info) == -1)
		return -1;
	if (info.pgid == -1)
		errno = ESRCH;
	return info.pgid;
}

/* Called by os_proc_list: add pid with its group. */
static int
add_row(pid_t pid, void *arg)
{
	struct proctable *table = arg;
	pid_t pgid = proctable_pgid(pid);

	if (pgid == -1) {
		table->missed += errno == ESRCH;
		return 0;
	}
	if (table->n == table->size) {
		size_t size = table->size == 0 ? 512 : table->size * 2;
		struct procrow *row;

		row = realloc(table->row, size * sizeof *row);
		if (row == NULL)
			return -1;
		table->row = row;
		table->size = size;
	}
	table->row[table->n].pid = pid;
	table->row[table->n++].pgid = pgid;
	return 0;
}

static int
began_anew(pid_t before, pid_t now)
{
	return now > 0 && now < before;
}

int
proctable_read(struct proctable *table)
{
	pid_t older = table->before;
	int result;

	table->n = table->missed = 0;
	table->before = os_last_pid();
	result = os_proc_list(add_row, table);
	table->torn = began_anew(older, table->before) ||
	    began_anew(table->before, os_last_pid());
	return result;
}

/*
 * The system gives out PIDs in turn, so every process born since the snapshot
 * has a PID above table->before; the loop visits them until there is no newer
 * one.  A process that lives then was alive when its PID was visited, or its
 * parent was still creating it; the parent has a lower PID, so it was visited
 * before.  Only a process restored from a checkpoint chooses its PID.
 */
int
proctable_revisit(const struct proctable *table, int outsiders,
    int (*visit)(pid_t, void *), void *arg)
{
	pid_t last = os_last_pid(), pid = table->before;
	size_t i;

	if (pid <= 0 || last < pid || table->torn)
		return 0;
	for (i = 0; i < table->n; i++)
		if ((outsiders || table->row[i].pgid != 0) &&
		    visit(table->row[i].pid, arg) != 0)
			return 0;
	do {
		if (last < pid || last - table->before > MAX_NEW)
			return 0;
		while (pid < last)
			if (visit(++pid, arg) != 0)
				return 0;
		last = os_last_pid();
	} while (last != pid);
	return 1;
}

int
proctable_list(int (*visit)(pid_t, void *), void *arg)
{
	return os_proc_list(visit, arg);
}

int
proctable_children(pid_t pid, int (*visit)(pid_t, void *), void *arg)
{
	return os_proc_children(pid, visit, arg);
}

void
proctable_free(struct proctable *table)
{
	free(table->row);
	table->row = NULL;
	table->n = table->size = 0;
}

int
proctable_info(pid_t pid, struct procinfo *info)
{
	return os_proc_info(pid, info);
}

int
proctable_owner(pid_t pid, uid_t *uid)
{
	return os_proc_owner(pid, uid);
}

int
proctable_alive(pid_t pid)
{
	struct procinfo info;

	if (os_proc_info(pid, &info) == 0)
		return info.state != PROC_DEAD;
	return errno != ESRCH && (kill(pid, 0) == 0 || errno == EPERM);
}

int
proctable_has(const struct proctable *table, pid_t pid, pid_t pgid)
{
	size_t i;

	for (i = 0; i < table->n; i++)
		if (table->row[i].pid == pid)
			return table->row[i].pgid == pgid;
	return 0;
}

int
proctable_group_alive(const struct proctable *table, pid_t pgid)
{
	size_t i;

	for (i = 0; i < table->n; i++)
		if (table->row[i].pgid == pgid &&
		    proctable_alive(table->row[i].pid))
			return 1;
	return 0;
}

int
proctable_try_environ(pid_t pid, struct procenv *env)
{
	ssize_t n = os_proc_environ(pid, &env->block, &env->size);

	if (n == -1)
		return -1;
	env->len = (size_t)n;
	return 0;
}

int
proctable_environ(pid_t pid, struct procenv *env)
{
	struct deadline patience = deadline_in(EXEC_PATIENCE);

	while (proctable_try_environ(pid, env) == -1) {
		if (errno != EAGAIN || deadline_passed(&patience))
			return -1;
		poll(NULL, 0, 1);
	}
	return 0;
}

void
proctable_environ_free(struct procenv *env)
{
	free(env->block);
	env->block = NULL;
	env->len = env->size = 0;
}

pid_t
proctable_last(void)
{
	return os_last_pid();
}

const char *
proctable_lack(void)
{
	return os_lack();
}

const char *
proctable_reason(int error)
{
	const char *lack = error == ENOSYS ? os_lack() : NULL;

	if (error == EXDEV)
		return "the system shows another PID namespace";
	return lack != NULL ? lack : strerror(error);
}

int
proctable_program(pid_t pid, char *buf, size_t size)
{
	return os_proc_program(pid, buf, size);
}

int
proctable_port_owners(int port, int (*visit)(const struct portowner *, void *),
    void *arg)
{
	return os_port_owners(port, visit, arg);
}

static int
take_listener(const struct portowner *owner, void *arg)
{
	pid_t *pid = arg;

	if (!owner->udp)
		*pid = owner->pid;
	return *pid != 0;
}

int
proctable_port_owner(int port, struct procinfo *info)
{
	pid_t pid = 0;

	if (os_port_owners(port, take_listener, &pid) == -1)
		return -1;
	return pid == 0 ? (errno = ESRCH, -1) : os_proc_info(pid, info);
}

int
proctable_adopt(void)
{
	return os_subreaper();
}
