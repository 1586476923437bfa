/* os_linux_pidfd.c - pidfds.  Facts seen on Linux 6.1, 6.12 and 6.18. */
#include "config.h"

#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>

#include <errno.h>
#include <unistd.h>

#include "sys/os.h"

#define PIDFS			0x50494446	/* fstatfs type, since 6.9 */
#define SIGNAL_PROCESS_GROUP	4U		/* since 6.9; EINVAL on 6.1 */

int
os_ref(pid_t pid)
{
	int fd = (int)syscall(SYS_pidfd_open, pid, 0);

	/* 6.1 says EINVAL of a leader that was reaped, 6.18 ESRCH; both have
	 * ENOENT or EINVAL for the number of a thread. */
	if (fd == -1 && (errno == EINVAL || errno == ENOENT))
		errno = ESRCH;
	return fd;
}

/* -1: it cannot be told.  They are all on one file system. */
static int
is_on_pidfs(int ref)
{
	static int known = -1;
	struct statfs fs;

	if (ref < 0)
		return -1;
	if (known == -1 && fstatfs(ref, &fs) == 0)
		known = fs.f_type == PIDFS;
	return known;
}

/*
 * A pidfd's inode number is given once a boot if the file system is pidfs;
 * before 6.9 all pidfds share one inode.  Start times, in ticks of 10 ms,
 * can be equal when a PID is used again at once.
 */
int
os_key(pid_t pid, int ref, uint64_t *key)
{
	struct procinfo info;
	struct stat st;
	int pidfs = is_on_pidfs(ref);

	if (pidfs == 1) {
		if (fstat(ref, &st) == -1)
			return -1;
		*key = st.st_ino;
		return 1;
	}
	if (os_proc_info(pid, &info) == -1)
		return -1;
	*key = info.start;
	return pidfs != -1;
}

int
os_signal(int ref, int sig)
{
	return (int)syscall(SYS_pidfd_send_signal, ref, sig, NULL, 0U);
}

/* Bound to the group for good, also once the leader is reaped. */
int
os_signal_group(int ref, int sig)
{
	return (int)syscall(SYS_pidfd_send_signal, ref, sig, NULL,
	    SIGNAL_PROCESS_GROUP);
}
