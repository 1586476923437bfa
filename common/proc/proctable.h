/*
 * proctable.h - the processes of the system.
 *
 * A snapshot holds the PID and the group of each process and nothing else; it
 * takes about a microsecond a process.  Other facts are read by PID when they
 * are needed; the process may be gone by then (ESRCH).
 */
#ifndef PROCTABLE_H
#define PROCTABLE_H

#include <sys/types.h>
#include <stddef.h>

#include "sys/procinfo.h"

struct procrow {
	pid_t	pid, pgid;
};

struct proctable {
	struct procrow	*row;		/* n of size */
	size_t		 n, size;
	size_t		 missed;	/* vanished before their group was
					 * read */
	pid_t		 before;	/* the newest PID when the snapshot
					 * began, or -1 */
	int		 torn;		/* see proctable_read */
};

/* An environment block; its memory is reused from process to process. */
struct procenv {
	char	*block;		/* entries, a NUL after each */
	size_t	 len, size;
};

/*
 * Take a snapshot into *table, which is zeroed or holds an older one.  The
 * snapshot is torn if the system's PIDs began anew since the older snapshot or
 * during this one.  Then it may lack a process: a new child may have a PID that
 * the pass has left behind, while its parent ends before the pass gets there.
 * 0, or -1 with ENOMEM, ENOSYS, or EXDEV: the system shows another PID
 * namespace.
 */
int	proctable_read(struct proctable *table);
void	proctable_free(struct proctable *table);

/*
 * Call visit(pid, arg) for every PID of the snapshot and every PID that the
 * system gave out since.  These include all processes that exist now; some
 * PIDs may be free.  This takes a tenth of the time of a new snapshot.
 * Processes in group 0 are left out unless outsiders is set: kernel threads,
 * and processes whose group is led from outside of our PID namespace.  (Their
 * session is led from outside too, so they can join no group of ours.)
 * Return 1; or 0 if visit returned non-zero, or if a process may be missing:
 * then take a new snapshot.
 */
int	proctable_revisit(const struct proctable *table, int outsiders,
	    int (*visit)(pid_t, void *), void *arg);

/*
 * Call visit(pid, arg) for every process, zombies too, in no order, until visit
 * returns non-zero; return that value, or 0.  -1 and errno as proctable_read.
 */
int	proctable_list(int (*visit)(pid_t, void *), void *arg);

/*
 * The same for every child of process pid.  A child that exists during the
 * whole call is left out only if the parent reaps another child, or one of the
 * parent's threads ends, meanwhile.  ENOSYS: the system does not list children;
 * EXDEV: it shows another PID namespace.
 */
int	proctable_children(pid_t pid, int (*visit)(pid_t, void *), void *arg);

/* Fill in *info.  0, or -1 with ESRCH, EPERM, EACCES or ENOSYS. */
int	proctable_info(pid_t pid, struct procinfo *info);

/*
 * *uid becomes the process's effective user.  0, or -1 with ESRCH, EPERM,
 * EACCES or ENOSYS.
 */
int	proctable_owner(pid_t pid, uid_t *uid);

/*
 * Return the PGID of a process, alive or a zombie.  On some systems getpgid(2)
 * fails for zombies or for other sessions; this does not.  -1: ESRCH, EPERM,
 * EACCES.
 */
pid_t	proctable_pgid(pid_t pid);

/* Is process pid alive?  1 or 0; a zombie is dead. */
int	proctable_alive(pid_t pid);

/* Does the snapshot have process pid as a member of group pgid?  1 or 0. */
int	proctable_has(const struct proctable *table, pid_t pid, pid_t pgid);

/* Is a process that the snapshot has in this group still alive?  1 or 0. */
int	proctable_group_alive(const struct proctable *table, pid_t pgid);

/*
 * Read pid's environment, as it was at exec, into *env, which is zeroed or
 * reused.  A NUL follows its len bytes.  If the process is in the middle of an
 * exec, proctable_environ waits for 100 ms at most; proctable_try_environ does
 * not wait.  0, or -1 with ESRCH, EPERM, EACCES, EAGAIN (still in the exec),
 * EFBIG, ENOMEM or ENOSYS.
 */
int	proctable_environ(pid_t pid, struct procenv *env);
int	proctable_try_environ(pid_t pid, struct procenv *env);
void	proctable_environ_free(struct procenv *env);

/*
 * Copy into buf, cut to size, the name by which the process was executed.  0,
 * or -1 with ESRCH, EPERM, EACCES or ENOSYS.
 */
int	proctable_program(pid_t pid, char *buf, size_t size);

/* Return the PID of the newest process; -1 with ENOSYS: it is not known. */
pid_t	proctable_last(void);

/*
 * Words for a message.  proctable_lack: what is missing, so that processes
 * cannot be listed, or NULL.  proctable_reason: what an errno of the functions
 * above means.
 */
const char *proctable_lack(void);
const char *proctable_reason(int error);

/*
 * Call visit(owner, arg) for each process with a socket that listens on TCP
 * port, or that is bound to this UDP port and connected to no peer; then, with
 * pid 0, for each such socket that no process is seen to have.  A client of the
 * port has no such socket.  A UDP port of those that the system gives to
 * clients counts only if no process listens on the TCP port.  Stop when visit
 * returns non-zero; return that value, or 0; -1 with ENOSYS, EXDEV or ENOMEM.
 */
int	proctable_port_owners(int port,
	    int (*visit)(const struct portowner *, void *), void *arg);

/*
 * Find a process that listens on TCP port; one of them if there are many.  0,
 * or -1 with ESRCH: no process listens, or the caller may not look at it;
 * ENOSYS.
 */
int	proctable_port_owner(int port, struct procinfo *info);

/*
 * Become a subreaper: the parent of descendants whose own parent ends.  0, or
 * -1 with ENOSYS.
 */
int	proctable_adopt(void);

#endif
