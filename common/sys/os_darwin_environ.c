/*
 * os_darwin_environ.c - environments on macOS.  Facts read in the source of
 * xnu-11417 (macOS 15.4); none was seen on a Mac.
 */
#include "config.h"

#include <sys/types.h>
#include <sys/sysctl.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sys/os.h"
#include "sys/procargs.h"

#define ARGS_SIZE	(1024 * 1024 + sizeof(int))	/* more is EINVAL */
#define CS_OPS_STATUS	0U
#define CS_RESTRICT	0x800U

/* libSystem has this function, but no header declares it. */
int	csops(pid_t, unsigned int, void *, size_t);

/* sysctl(3) gave EINVAL or EIO: find the reason (kern_sysctl.c). */
static int
why_unread(pid_t pid)
{
	struct procinfo info;
	uid_t owner;

	if (os_proc_info(pid, &info) == -1 || os_proc_owner(pid, &owner) == -1)
		return errno;
	if (info.state == PROC_DEAD)
		return ESRCH;
	if (geteuid() != 0 && owner != geteuid())
		return EACCES;
	return EAGAIN;			/* it is in an exec, or exiting */
}

/*
 * Since macOS 11 the system withholds the environment of its own programs and
 * of hardened ones: the copy then has none.
 */
static int
is_withheld(pid_t pid)
{
	uint32_t flags = 0;

	return pid != getpid() &&
	    csops(pid, CS_OPS_STATUS, &flags, sizeof flags) == 0 &&
	    (flags & CS_RESTRICT) != 0;
}

ssize_t
os_proc_environ(pid_t pid, char **buf, size_t *size)
{
	int mib[3] = { CTL_KERN, KERN_PROCARGS2, (int)pid };
	size_t len = ARGS_SIZE, start;
	ssize_t n;

	if (*size < ARGS_SIZE + 1) {
		char *p = realloc(*buf, ARGS_SIZE + 1);

		if (p == NULL)
			return -1;
		*buf = p;
		*size = ARGS_SIZE + 1;
	}
	if (sysctl(mib, 3, *buf, &len, NULL, 0) == -1) {
		if (errno == EINVAL || errno == EIO)
			errno = why_unread(pid);
		return -1;
	}
	if ((n = procargs_environ(*buf, len, &start)) == -1)
		return -1;
	if (n == 0 && is_withheld(pid))
		return errno = EACCES, -1;
	memmove(*buf, *buf + start, (size_t)n);
	(*buf)[n] = '\0';
	return n;
}
