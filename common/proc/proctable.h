/*
 * proctable.h - the processes there are.
 *
 * A snapshot holds each process's number and group and nothing else, which
 * costs about a microsecond a process; the rest is asked for by PID when it
 * is needed, and may find the process gone (ESRCH) by then.
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
	struct procrow	*row;
	size_t		 n, size;
	size_t		 missed;	/* gone before their group was known */
	pid_t		 before;	/* the newest when it began, or -1 */
	int		 torn;		/* numbers began anew meanwhile */
};

/* An environment block, reused from one process to the next. */
struct procenv {
	char	*block;		/* entries, a NUL after each */
	size_t	 len, size;
};

/*
 * Take a snapshot into *table, which is zeroed or holds an older one.  It is torn
 * if numbers were given out from the beginning again since that, or meanwhile:
 * one born then may be where it was looked already, and its parent, which ends,
 * where it is looked too late.
 * ENOMEM, ENOSYS; EXDEV: the system shows another PID namespace.
 */
int	proctable_read(struct proctable *table);
void	proctable_free(struct proctable *table);

/*
 * Call visit(pid, arg) for the number of every process there is by now, and
 * perhaps for others: those of the snapshot and those given out since, which
 * takes a tenth of a new one's time.  Those that were in group 0, as kernel
 * threads are, are left out unless outsiders is set: whose group is led from
 * outside of our PID namespace has its session led from there, and can join no
 * group of another session.  Return 1, or 0 if it is not sure that these were
 * all or if visit returned non-zero: then take a new one.
 */
int	proctable_revisit(const struct proctable *table, int outsiders,
	    int (*visit)(pid_t, void *), void *arg);

/*
 * Call visit(pid, arg) for every process, zombies too, in no order, until it
 * returns non-zero; return that, or 0.  -1 and errno as proctable_read.
 */
int	proctable_list(int (*visit)(pid_t, void *), void *arg);

/*
 * The same for every child of a process.  One that is there all the time is left out
 * only if another one is reaped, or a thread of the parent ends, meanwhile.  ENOSYS:
 * the system does not tell; EXDEV: it shows another PID namespace.
 */
int	proctable_children(pid_t pid, int (*visit)(pid_t, void *), void *arg);

/* Everything about pid but whose it is.  ESRCH. */
int	proctable_info(pid_t pid, struct procinfo *info);

/* Its effective user.  ESRCH; ENOSYS: the system does not tell. */
int	proctable_owner(pid_t pid, uid_t *uid);

/*
 * The group of a process, zombie or not: some systems tell that of the living of
 * our own session alone, by getpgid(2).  -1: ESRCH, EPERM, EACCES.
 */
pid_t	proctable_pgid(pid_t pid);

/* Is there a process pid that is not dead (a zombie is)? */
int	proctable_alive(pid_t pid);

/* Was the process, in that snapshot, a member of that group?  1 or 0. */
int	proctable_has(const struct proctable *table, pid_t pid, pid_t pgid);

/* Had the group, in that snapshot, a member that still lives?  1 or 0. */
int	proctable_group_alive(const struct proctable *table, pid_t pgid);

/*
 * Read pid's environment as it was at exec into *env, zeroed or reused; a NUL
 * follows the last of its len bytes.  That of a process in the middle of an
 * exec is waited for, a tenth of a second at most; try_environ does not wait.
 * ESRCH, EACCES, EAGAIN (still in its exec), ENOMEM, ENOSYS.
 */
int	proctable_environ(pid_t pid, struct procenv *env);
int	proctable_try_environ(pid_t pid, struct procenv *env);
void	proctable_environ_free(struct procenv *env);

/* The newest process's number; -1 with ENOSYS where that is not told. */
pid_t	proctable_last(void);

/*
 * In words for a message: what the system lacks, so that it cannot list its
 * processes, or NULL; what an error of these functions means.
 */
const char *proctable_lack(void);
const char *proctable_reason(int error);

/*
 * Who listens on that TCP port, one of them if there are many.  ESRCH: nobody who
 * may be looked at; ENOSYS.
 */
int	proctable_port_owner(int port, struct procinfo *info);

/* Have descendants that lose their parent become our children.  ENOSYS. */
int	proctable_adopt(void);

#endif
