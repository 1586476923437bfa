/*
 * os_fork.h - create a sibling instead of a child.
 *
 * One os_<system>_fork.c, or os_<system>.c, implements this.  Only
 * monitor_child.c calls it.
 */
#ifndef OS_FORK_H
#define OS_FORK_H

#include <sys/types.h>

/*
 * As fork(2), but the new process is a child of the caller's parent.  It is in
 * the caller's session and group, and may make only async-signal-safe calls.
 * -1 with ENOSYS: the system cannot do it; EAGAIN, ENOMEM.
 */
pid_t	os_fork_sibling(void);

#endif
