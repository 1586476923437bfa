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

	/* For a leader that was reaped 6.1 gives EINVAL, 6.18 ESRCH.  Both
	 * give ENOENT or EINVAL for the number of a thread. */
	if (fd == -1 && (errno == EINVAL || errno == ENOENT))
		errno = ESRCH;
	return fd;
}

/*
 * 1 or 0.  -1: there is no pidfd to ask, or a sandbox forbids it.  -2 with
 * errno: it could not be asked.  All pidfds are on one file system.
 */
static int
is_on_pidfs(int ref)
{
	static int known = -1;
	struct statfs fs;

	if (ref < 0)
		return -1;
	if (known == -1 && fstatfs(ref, &fs) == 0)
		known = fs.f_type == PIDFS;
	else if (known == -1 && errno != ENOSYS && errno != EPERM &&
	    errno != EACCES)
		return -2;
	return known;
}

/*
 * On pidfs a pidfd's inode number is unique during a boot.  Before 6.9 all
 * pidfds share one inode, and the start time is the key.  It counts ticks of
 * 10 ms, so it can be equal if a PID is reused at once.
 */
int
os_key(pid_t pid, int ref, uint64_t *key)
{
	struct procinfo info;
	struct stat st;
	int pidfs = is_on_pidfs(ref);

	if (pidfs == -2)
		return -1;
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

/* The pidfd stays bound to the group after the leader is reaped. */
int
os_signal_group(int ref, int sig)
{
	return (int)syscall(SYS_pidfd_send_signal, ref, sig, NULL,
	    SIGNAL_PROCESS_GROUP);
}
