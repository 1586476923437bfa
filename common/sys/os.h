/*
 * os.h - what each system must provide about processes.
 *
 * One os_<system>.c implements this; configure picks it.  Only handle.c,
 * proctable.c and grouplist.c call it.  After a failure a function returns -1
 * with errno: ESRCH, the process is gone; EPERM or EACCES, the caller may not
 * look at it; ENOSYS, the system cannot do it (never a silent success).
 */
#ifndef OS_H
#define OS_H

#include <sys/types.h>
#include <stddef.h>
#include <stdint.h>

#include "sys/procinfo.h"

/*
 * Call visit(pid, arg) for every process, zombies too, in no order, until visit
 * returns non-zero; return that value, or 0.  EXDEV: the system shows the
 * processes of another PID namespace.
 */
int	os_proc_list(int (*visit)(pid_t, void *), void *arg);

/*
 * The same for the members of a group.  The list is made at one instant, so no
 * member is left out.  ENOSYS: the system cannot do that.
 */
int	os_group_list(pid_t pgid, int (*visit)(pid_t, void *), void *arg);

/*
 * The same for every child of process pid.  A child that exists during the
 * whole call is left out only if the parent reaps another child, or one of the
 * parent's threads ends, meanwhile.  ENOSYS: the system does not list children.
 */
int	os_proc_children(pid_t pid, int (*visit)(pid_t, void *), void *arg);

/* Fill in all of *info; sid is -1 where the system does not report it. */
int	os_proc_info(pid_t pid, struct procinfo *info);

/* *uid becomes the effective user of the process. */
int	os_proc_owner(pid_t pid, uid_t *uid);

/*
 * Read the environment block, as it was at exec, into *buf: entries with a NUL
 * after each.  *buf is malloc'ed or NULL, has *size bytes, and grows as needed.
 * Return the block's length; another NUL follows it.  0: the process has no
 * environment, as kernel threads.  -1 with EAGAIN: the process is in the middle
 * of an exec; EFBIG; ENOMEM.
 */
ssize_t	os_proc_environ(pid_t pid, char **buf, size_t *size);

/*
 * Copy into buf the last part of the first argument that the process was
 * executed with: the name of the program.  It is cut if buf is too small.
 */
int	os_proc_program(pid_t pid, char *buf, size_t size);

/* Return the PID of the newest process: the highest, until PIDs wrap. */
pid_t	os_last_pid(void);

/*
 * Open a close-on-exec descriptor bound to process pid, alive or a zombie.
 * poll(2) reports it readable as soon as the process is dead, reaped or not.
 * A child of fork(2) may lack it and must open its own.  -1 with EMFILE,
 * ENFILE, ENOMEM; or ENOSYS, also if no event reports this process's death.
 */
int	os_ref(pid_t pid);

/*
 * Set *key to a number that the system gives to no other process of this boot.
 * ref is pid's descriptor, or -1.  Return 1 if a different key proves a
 * different process; 0 if only a lesser key could be read, so that a different
 * key proves nothing.  Safe between fork and exec.
 */
int	os_key(pid_t pid, int ref, uint64_t *key);

/* Signal the process behind ref, or the whole group that it leads or led. */
int	os_signal(int ref, int sig);
int	os_signal_group(int ref, int sig);

/*
 * Return what is missing, so that processes cannot be listed or this boot
 * cannot be named, in words for a message; NULL: nothing that is known.
 */
const char *os_lack(void);

/*
 * Call visit(owner, arg) for each process with a socket that listens on TCP
 * port, or that is bound to this UDP port and connected to no peer; then, with
 * pid 0, for each such socket that no process is seen to have.  Stop when visit
 * returns non-zero; return that value, or 0.  A UDP port of those that the
 * system gives to clients counts only if no process listens on the TCP port.
 */
int	os_port_owners(int port,
	    int (*visit)(const struct portowner *, void *), void *arg);

/* Become a subreaper: the parent of descendants whose own parent ends. */
int	os_subreaper(void);

/*
 * Name this boot, and the PID namespace of the PIDs that this process sees, as
 * short words without blanks.  The word is empty where the system has none.
 */
int	os_boot(char *buf, size_t size);
int	os_namespace(char *buf, size_t size);

#endif
