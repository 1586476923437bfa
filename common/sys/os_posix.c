/*
 * os_posix.c - systems without a port of their own: POSIX calls alone.
 *
 * POSIX cannot list processes, read their environment or tell zombies from live
 * processes, and has no keys, so every handle ends in `-'.
 */
#include "config.h"

#include <sys/types.h>

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "sys/os.h"
#include "sys/os_peer.h"

int
os_proc_list(int (*visit)(pid_t, void *), void *arg)
{
	(void)visit, (void)arg;
	return errno = ENOSYS, -1;
}

int
os_group_list(pid_t pgid, int (*visit)(pid_t, void *), void *arg)
{
	(void)pgid, (void)visit, (void)arg;
	return errno = ENOSYS, -1;
}

int
os_proc_info(pid_t pid, struct procinfo *info)
{
	memset(info, 0, sizeof *info);
	if (kill(pid, 0) == -1 && errno != EPERM)
		return -1;
	info->pid = pid;
	info->pgid = getpgid(pid);
	info->sid = getsid(pid);
	info->state = PROC_LIVE;
	return 0;
}

int
os_proc_owner(pid_t pid, uid_t *uid)
{
	(void)pid, (void)uid;
	return errno = ENOSYS, -1;
}

ssize_t
os_proc_environ(pid_t pid, char **buf, size_t *size)
{
	(void)pid, (void)buf, (void)size;
	return errno = ENOSYS, -1;
}

int
os_ref(pid_t pid)
{
	if (kill(pid, 0) == -1 && errno == ESRCH)
		return -1;
	return errno = ENOSYS, -1;
}

int
os_key(pid_t pid, int ref, uint64_t *key)
{
	(void)pid, (void)ref, (void)key;
	return errno = ENOSYS, -1;
}

const char *
os_lack(void)
{
	return NULL;
}

int
os_boot(char *buf, size_t size)
{
	(void)size;
	buf[0] = '\0';
	return 0;
}

int
os_peer_user(int fd, uid_t *uid)
{
#ifdef HAVE_GETPEEREID
	gid_t gid;

	return getpeereid(fd, uid, &gid);
#else
	(void)fd, (void)uid;
	return errno = ENOSYS, -1;
#endif
}
