/* os_linux_fork.c - clone(2), renameat2(2).  Facts seen on Linux 6.18. */
#include "config.h"

#include <sys/syscall.h>
#include <sys/types.h>

#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "sys/os_exchange.h"
#include "sys/os_fork.h"

#define PARENT	0x00008000UL	/* CLONE_PARENT, which takes _GNU_SOURCE */
#define EXCHANGE	2U	/* RENAME_EXCHANGE, of <linux/fs.h> */

/*
 * CLONE_PARENT makes the new process a sibling.  The parent sees it by the same
 * PID as the caller does, and gets the same signal at its death.  On some
 * architectures the stack (0: none) is the first argument.  clone(2) gives
 * EINVAL if the caller is process 1 of a PID namespace.
 */
pid_t
os_fork_sibling(void)
{
	long pid;

#if defined __s390__ || defined __CRIS__
	pid = syscall(SYS_clone, 0L, PARENT | SIGCHLD, 0L, 0L, 0L);
#else
	pid = syscall(SYS_clone, PARENT | SIGCHLD, 0L, 0L, 0L, 0L);
#endif
	if (pid == -1 && errno != EAGAIN && errno != ENOMEM)
		errno = ENOSYS;
	return (pid_t)pid;
}

int
os_exchange(int dir, const char *one, const char *other)
{
#ifdef SYS_renameat2
	return (int)syscall(SYS_renameat2, dir, one, dir, other, EXCHANGE);
#else
	(void)dir, (void)one, (void)other;
	return errno = ENOSYS, -1;
#endif
}
