/*
 * os_darwin.c - macOS 10.9 and later: libproc, sysctl(3) and kqueue(2).
 *
 * Facts read in the source of xnu-11417 (macOS 15.4), which is named with each,
 * and of older releases back to xnu-2422 (10.9).  None was seen on a Mac.
 */
#include "config.h"

#include <sys/types.h>
#include <sys/event.h>
#include <sys/sysctl.h>

#include <errno.h>
#include <libproc.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sys/os.h"
#include "sys/os_peer.h"

#define ZOMBIES		1		/* proc_pidinfo: include zombies */
#define STATUS_STOP	4		/* SSTOP and SZOMB of sys/proc.h */
#define STATUS_ZOMBIE	5
#define FLAG_SYSTEM	1U		/* PROC_FLAG_SYSTEM */
#define TRIES		3

/*
 * Only headers up to macOS 13 have this struct; the kernel asserts its size.
 * The kernel gives uniqueid at fork, never reuses it, and keeps it over exec
 * (kern_fork.c).
 */
#define UNIQUE_INFO	17		/* PROC_PIDUNIQIDENTIFIERINFO */

struct unique_info {
	uint8_t		uuid[16];
	uint64_t	uniqueid, puniqueid;
	int32_t		idversion, orig_ppidversion;
	uint64_t	reserved[2];
};

/* These work for every user's processes, unless a sandbox forbids it. */
static int
get_info(pid_t pid, int flavor, void *info, int size)
{
	int n;

	errno = 0;
	n = proc_pidinfo(pid, flavor, ZOMBIES, info, size);
	if (n == size)
		return 0;
	if (errno == 0)
		errno = ESRCH;
	return -1;
}

static int
get_short(pid_t pid, struct proc_bsdshortinfo *info)
{
	return get_info(pid, PROC_PIDT_SHORTBSDINFO, info, sizeof *info);
}

static int
get_unique(pid_t pid, uint64_t *id)
{
	struct unique_info info;

	if (get_info(pid, UNIQUE_INFO, &info, sizeof info) == -1)
		return -1;
	*id = info.uniqueid;
	return 0;
}

/*
 * The kernel makes the list under one lock, live processes first, then zombies,
 * and cuts it to the buffer (proc_info.c).
 */
static pid_t *
read_list(uint32_t type, uint32_t arg, size_t *n)
{
	size_t size = 1024;
	pid_t *v = NULL, *larger;
	int bytes;

	for (;;) {
		if (size > INT_MAX / sizeof *v)
			return free(v), errno = ENOMEM, NULL;
		if ((larger = realloc(v, size * sizeof *v)) == NULL)
			return free(v), NULL;
		v = larger;
		errno = 0;
		bytes = proc_listpids(type, arg, v, (int)(size * sizeof *v));
		if (bytes < 0 || (bytes == 0 && errno != 0))
			return free(v), NULL;
		*n = (size_t)bytes / sizeof *v;
		if (*n < size)
			return v;
		size *= 2;
	}
}

static int
visit_list(uint32_t type, uint32_t which, int (*visit)(pid_t, void *),
    void *arg)
{
	size_t n, i;
	pid_t *v = read_list(type, which, &n);
	int result = 0;

	if (v == NULL)
		return -1;
	for (i = 0; i < n && result == 0; i++)
		if (v[i] > 0)		/* 0 is the kernel */
			result = visit(v[i], arg);
	free(v);
	return result;
}

int
os_proc_list(int (*visit)(pid_t, void *), void *arg)
{
	return visit_list(PROC_ALL_PIDS, 0, visit, arg);
}

int
os_group_list(pid_t pgid, int (*visit)(pid_t, void *), void *arg)
{
	return visit_list(PROC_PGRP_ONLY, (uint32_t)pgid, visit, arg);
}

static void
fill(struct procinfo *info, const struct proc_bsdshortinfo *bsd)
{
	size_t len = 0;

	while (len < sizeof bsd->pbsi_comm && bsd->pbsi_comm[len] != '\0')
		len++;
	memcpy(info->name, bsd->pbsi_comm, len);
	info->name[len] = '\0';
	info->ppid = (pid_t)bsd->pbsi_ppid;
	info->pgid = (pid_t)bsd->pbsi_pgid;
	info->kernel = (bsd->pbsi_flags & FLAG_SYSTEM) != 0;
	switch (bsd->pbsi_status) {
	case STATUS_ZOMBIE:
		info->state = PROC_DEAD;
		break;
	case STATUS_STOP:
		info->state = PROC_STOPPED;
		break;
	default:
		info->state = PROC_LIVE;
	}
}

/*
 * Only a zombie counts as dead.  getsid(2) no longer finds an exiting process
 * either, but its ports may still be bound (kern_exit.c).  The PID may be
 * reused between two calls, so the key is read before and after.
 */
int
os_proc_info(pid_t pid, struct procinfo *info)
{
	struct proc_bsdshortinfo bsd;
	uint64_t after = 0;
	int i;

	for (i = 0; i < TRIES; i++) {
		if (get_unique(pid, &info->start) == -1 ||
		    get_short(pid, &bsd) == -1)
			return -1;
		info->pid = pid;
		fill(info, &bsd);
		info->sid = getsid(pid);	/* -1 for zombies */
		if (get_unique(pid, &after) == -1)
			return -1;
		if (after == info->start)
			return 0;
	}
	return errno = ESRCH, -1;
}

int
os_proc_owner(pid_t pid, uid_t *uid)
{
	struct proc_bsdshortinfo bsd;

	if (get_short(pid, &bsd) == -1)
		return -1;
	*uid = bsd.pbsi_uid;
	return 0;
}

/* 0, or -1 and errno: the process cannot be watched. */
static int
watch(int kq, pid_t pid)
{
	struct kevent event;
	struct procinfo info;

	EV_SET(&event, pid, EVFILT_PROC, EV_ADD, NOTE_EXIT, 0, NULL);
	if (kevent(kq, &event, 1, NULL, 0, NULL) == 0)
		return 0;
	if (errno != ESRCH || os_proc_info(pid, &info) == -1)
		return -1;
	/*
	 * ESRCH for a process that exists: it is exiting, and kqueue does not
	 * take it any more.  For a zombie make the queue readable at once; for
	 * any other no event would report the death.
	 */
	if (info.state != PROC_DEAD)
		return errno = ENOSYS, -1;
	EV_SET(&event, 0, EVFILT_USER, EV_ADD, 0, 0, NULL);
	if (kevent(kq, &event, 1, NULL, 0, NULL) == -1)
		return -1;
	EV_SET(&event, 0, EVFILT_USER, 0, NOTE_TRIGGER, 0, NULL);
	return kevent(kq, &event, 1, NULL, 0, NULL);
}

/*
 * A queue with one event, which is never fetched, so the queue stays readable.
 * exec closes it, and a child of fork does not have it (kern_event.c).
 */
int
os_ref(pid_t pid)
{
	int kq, saved;

	if ((kq = kqueue()) == -1)
		return -1;
	if (watch(kq, pid) == 0)
		return kq;
	saved = errno;
	close(kq);
	return errno = saved, -1;
}

/*
 * If ref was opened before, this is the key of the same process: it would take
 * about a hundred thousand forks in between to reuse the PID. */
int
os_key(pid_t pid, int ref, uint64_t *key)
{
	(void)ref;
	return get_unique(pid, key) == -1 ? -1 : 1;
}

const char *
os_lack(void)
{
	return NULL;
}

int
os_boot(char *buf, size_t size)
{
	size_t len = size - 1;

	if (sysctlbyname("kern.bootsessionuuid", buf, &len, NULL, 0) == -1)
		return -1;
	buf[len] = '\0';
	buf[strcspn(buf, "\n ")] = '\0';
	return 0;
}

int
os_peer_user(int fd, uid_t *uid)
{
	gid_t gid;

	return getpeereid(fd, uid, &gid);
}
