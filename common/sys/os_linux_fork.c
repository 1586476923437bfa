/* os_linux_fork.c - clone(2).  Facts seen on Linux 6.18. */
#include "config.h"

#include <sys/syscall.h>
#include <sys/types.h>

#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "sys/os_fork.h"

#define PARENT	0x00008000UL	/* CLONE_PARENT, which takes _GNU_SOURCE */

/*
 * The parent's number for it is the same, as is the signal of its death.  Some
 * architectures have the stack, none here, in front of the flags.  EINVAL: we are
 * process 1 of a namespace.
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
