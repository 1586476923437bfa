/*
 * os.h - what each system must tell about processes.
 *
 * One os_<system>.c fulfils this; configure picks it.  Only procid.c,
 * proctable.c and grouplist.c call it.  Every function returns -1 and errno on failure:
 * ESRCH the process vanished, EPERM or EACCES it may not be looked at,
 * ENOSYS the system cannot do it (never a silent success).
 */
#ifndef OS_H
#define OS_H

#include <sys/types.h>
#include <stddef.h>
#include <stdint.h>

#include "sys/procinfo.h"

/*
 * Call visit(pid, arg) for every process, zombies too, in no order, until it
 * returns non-zero; return that, or 0.  EXDEV: what the system shows belongs
 * to another PID namespace.
 */
int	os_proc_list(int (*visit)(pid_t, void *), void *arg);

/*
 * The same for the members of a group, all of them at one instant: nobody who
 * was one then is left out.  ENOSYS where a list takes time to be made.
 */
int	os_group_list(pid_t pgid, int (*visit)(pid_t, void *), void *arg);

/*
 * Call visit(pid, arg) for every child of a process, zombies too, until it returns
 * non-zero; return that, or 0.  A child that is there all the time is left out only
 * if another one is reaped, or a thread of the process ends, meanwhile.  ENOSYS: the
 * system does not tell.
 */
int	os_proc_children(pid_t pid, int (*visit)(pid_t, void *), void *arg);

/* Fill in all of *info; the session is -1 where the system does not tell it. */
int	os_proc_info(pid_t pid, struct procinfo *info);

/* Whose a process is: its effective user. */
int	os_proc_owner(pid_t pid, uid_t *uid);

/*
 * Read the environment block as it was at exec, NUL after each entry, into
 * the malloc'ed *buf of *size bytes, grown as needed; return its length, after
 * which a NUL stands.  Zero for processes that have none (kernel threads).
 * EAGAIN: it cannot be told just now, in the middle of an exec; ENOMEM.
 */
ssize_t	os_proc_environ(pid_t pid, char **buf, size_t *size);

/* The number given to the newest process, an upper bound until it wraps. */
pid_t	os_last_pid(void);

/*
 * Open a close-on-exec descriptor bound to this very process, zombies
 * included.  poll(2) finds it readable as soon as the process is dead,
 * reaped or not.  A fork need not inherit it: a child opens its own.
 * ENOSYS, too, where no event tells of this one.  Also EMFILE, ENFILE, ENOMEM.
 */
int	os_ref(pid_t pid);

/*
 * Set *key to what the system gives to no other process of this boot; ref is
 * pid's descriptor or -1.  Return 1 if a different key proves a different
 * process, 0 if the better key was out of reach, so that it proves nothing.
 * Safe between fork and exec.
 */
int	os_key(pid_t pid, int ref, uint64_t *key);

/* Signal the process behind ref, or all of the group it leads or led. */
int	os_signal(int ref, int sig);
int	os_signal_group(int ref, int sig);

/*
 * What has to be there for a list of processes, and is missing, in words for a
 * message; NULL: nothing that would be known.
 */
const char *os_lack(void);

/*
 * Which process listens on that TCP port.  ESRCH: none, or one that we may not
 * look at.
 */
int	os_port_owner(int port, pid_t *pid);

/* Become the parent of descendants that lose theirs. */
int	os_subreaper(void);

/*
 * Name this boot, and the PID namespace whose numbers we see, as short words
 * without blanks.  Empty where the system has no such thing.
 */
int	os_boot(char *buf, size_t size);
int	os_namespace(char *buf, size_t size);

#endif
