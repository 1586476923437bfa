/*
 * os_fork.h - a child of another parent.
 *
 * One os_<system>_fork.c, or os_<system>.c, fulfils this.  Only
 * monitorpost.c calls it.
 */
#ifndef OS_FORK_H
#define OS_FORK_H

#include <sys/types.h>

/*
 * As fork(2), but the new process is our parent's child, and in our session and
 * group.  Only async-signal-safe calls in it.  -1 with ENOSYS where a system has no
 * such thing, or EAGAIN, ENOMEM.
 */
pid_t	os_fork_sibling(void);

#endif
