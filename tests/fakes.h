/*
 * fakes.h - a system of up to eight processes, for a file of common/ that is
 * included after this one.
 *
 * The system calls `happens' at each look, so that a test can change it at that
 * moment.
 */
#ifndef FAKES_H
#define FAKES_H

#include <sys/types.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define os_proc_list	fake_list
#define os_proc_info	fake_info
#define os_proc_children fake_children
#define os_proc_owner	fake_owner
#define os_proc_environ	fake_environ
#define os_last_pid	fake_last
#define os_ref		fake_ref
#define os_key		fake_key
#define getpgid		fake_getpgid
#define kill		fake_kill

#include "sys/os.h"

pid_t	fake_getpgid(pid_t);
int	fake_kill(pid_t, int);

/* PIDs that no process of this system has. */
#define LEADER	((pid_t)50000000)
#define MEMBER	((pid_t)50000001)
#define CHILD	((pid_t)50000002)
#define OTHER	((pid_t)50000003)

struct process {
	pid_t		 pid, ppid, pgid, sid;
	uint64_t	 start;		/* 0: it is gone */
	const char	*env;
	size_t		 len;
	int		 lives;		/* readable once it has ended; or 0 */
	int		 state;		/* 0: PROC_LIVE */
	int		 kernel;
	int		 info_error, env_error, pgid_error; /* errno, or 0 */
};

static struct process	process[8];
static pid_t	newest;
static int	ref_error, key_error, kill_error, children_error,
		list_error;
static int	lists;		/* how often all were listed */
static int	key_proves;	/* what os_key returns */
static uint64_t	key_of_ref;	/* what a descriptor adds to a key */

/* Called before each call about a process or file; set by each test. */
static void	(*happens)(const char *call, pid_t pid);

static struct process *
find_process(pid_t pid)
{
	size_t i;

	for (i = 0; i < sizeof process / sizeof process[0]; i++)
		if (process[i].start != 0 && process[i].pid == pid)
			return &process[i];
	errno = ESRCH;
	return NULL;
}

static struct process *
ask(const char *call, pid_t pid)
{
	if (happens != NULL)
		happens(call, pid);
	return find_process(pid);
}

/* Put a process into place i of all lists; with start 0, remove it. */
static void
put_process(size_t i, pid_t pid, pid_t ppid, pid_t pgid, uint64_t start)
{
	process[i] = (struct process){
		.pid = pid, .ppid = ppid, .pgid = pgid, .sid = pgid,
		.start = start
	};
}

/* The environment of the process in place i: a text whose strings end with NULs. */
#define ENV(i, text) \
	(process[i].env = (text), process[i].len = sizeof (text))

static void
begin(void (*what)(const char *, pid_t))
{
	memset(process, 0, sizeof process);
	newest = OTHER;
	ref_error = ENOSYS;
	key_error = kill_error = children_error = list_error = 0;
	lists = 0;
	key_proves = 1;
	key_of_ref = 0;
	happens = what;
}

int
fake_list(int (*visit)(pid_t, void *), void *arg)
{
	size_t i;
	int result;

	lists++;
	if (list_error != 0) {
		ask("listed", 0);
		return errno = list_error, -1;
	}
	for (i = 0; i < sizeof process / sizeof process[0]; i++)
		if (process[i].start != 0 &&
		    (result = visit(process[i].pid, arg)) != 0)
			return result;
	ask("listed", 0);
	return 0;
}

int
fake_children(pid_t pid, int (*visit)(pid_t, void *), void *arg)
{
	size_t i;
	int result;

	if (children_error != 0)
		return errno = children_error, -1;
	if (ask("children", pid) == NULL)
		return -1;
	for (i = 0; i < sizeof process / sizeof process[0]; i++)
		if (process[i].start != 0 && process[i].ppid == pid &&
		    (result = visit(process[i].pid, arg)) != 0)
			return result;
	return 0;
}

int
fake_info(pid_t pid, struct procinfo *info)
{
	const struct process *p = ask("info", pid);

	if (p == NULL)
		return -1;
	if (p->info_error != 0)
		return errno = p->info_error, -1;
	memset(info, 0, sizeof *info);
	info->kernel = p->kernel;
	info->pid = p->pid;
	info->ppid = p->ppid;
	info->pgid = p->pgid;
	info->sid = p->sid;
	info->start = p->start;
	info->state = p->state == 0 ? PROC_LIVE : p->state;
	snprintf(info->name, sizeof info->name, "fake");
	return 0;
}

int
fake_owner(pid_t pid, uid_t *uid)
{
	*uid = geteuid();
	return find_process(pid) == NULL ? -1 : 0;
}

ssize_t
fake_environ(pid_t pid, char **buf, size_t *size)
{
	const struct process *p = ask("environ", pid);

	if (p == NULL)
		return -1;
	if (p->env_error != 0)
		return errno = p->env_error, -1;
	free(*buf);
	*size = p->len + 1;
	if ((*buf = calloc(1, *size)) == NULL)
		return -1;
	if (p->len > 0)
		memcpy(*buf, p->env, p->len);
	return (ssize_t)p->len;
}

pid_t
fake_last(void)
{
	return newest;
}

/* A descriptor, or -1 with ref_error. */
int
fake_ref(pid_t pid)
{
	const struct process *p = ask("ref", pid);

	if (p == NULL)
		return -1;
	if (ref_error == 0)
		return dup(p->lives != 0 ? p->lives : STDOUT_FILENO);
	return errno = ref_error, -1;
}

int
fake_key(pid_t pid, int ref, uint64_t *key)
{
	const struct process *p = find_process(pid);

	if (key_error != 0)
		return errno = key_error, -1;
	if (p == NULL)
		return -1;
	*key = ref == -1 ? p->start : p->start + key_of_ref;
	return key_proves;
}

pid_t
fake_getpgid(pid_t pid)
{
	const struct process *p = ask("getpgid", pid);

	if (p == NULL)
		return -1;
	return p->pgid_error == 0 ? p->pgid : (errno = p->pgid_error, -1);
}

int
fake_kill(pid_t pid, int sig)
{
	size_t i;

	if (sig != 0)
		return errno = EINVAL, -1;
	if (kill_error != 0)
		return errno = kill_error, -1;
	for (i = 0; i < sizeof process / sizeof process[0]; i++)
		if (process[i].start != 0 && (process[i].pid == pid ||
		    process[i].pgid == -pid))
			return 0;
	return errno = ESRCH, -1;
}

#endif
