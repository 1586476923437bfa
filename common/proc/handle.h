/*
 * handle.h - handles: a PID never travels alone.
 *
 * A handle PGID:KEY names the group led by process PGID, and no other group
 * of this boot.  KEY is a number that the system never gives to a second
 * process (os_key).  KEY is `-' if the leader was dead and reaped when the
 * handle was made.
 *
 *  1. If the leader exists, alive or as a zombie, and has an equal key, the
 *     verdict MUST be `verified', and signals MUST go through the descriptor
 *     that was opened for the check.
 *  2. If the leader exists and has another key, the verdict MUST be `gone' and
 *     nothing MUST be signalled.  The system does not reuse a PID while its
 *     group exists, so the old group has ended.
 *  3. If there is neither a leader nor a member, the verdict MUST be `gone'.
 *  4. If there are members but no leader, the verdict MUST be `verified' only
 *     if the lineage (PGSPAWN_ID) of some member holds the handle, else
 *     `unverifiable'.
 *  5. A bare number MUST be accepted unchecked: the user insists on it.
 *  6. A sandbox can forbid reading the key, now or when the handle was made.
 *     Such a key MUST NOT count as a different one: rule 4 decides.
 *  7. A handle that ends in `-' MUST NOT verify if a leader exists, because
 *     there was none when the handle was made.  On a system without keys such
 *     a handle counts as a bare number, and a handle with a key is
 *     unverifiable.
 */
#ifndef HANDLE_H
#define HANDLE_H

#include <sys/types.h>
#include <stdint.h>

#include "proc/proctable.h"

enum handle_kind { HANDLE_BARE, HANDLE_KEYED, HANDLE_KEYLESS };

struct handle {
	pid_t			pid;	/* of the leader, so the PGID */
	enum handle_kind	kind;
	uint64_t		key;	/* if HANDLE_KEYED */
};

enum handle_verdict { HANDLE_VERIFIED, HANDLE_GONE, HANDLE_UNVERIFIABLE };

#define HANDLE_TEXT	48	/* bytes that hold any handle and its NUL */
#define HANDLE_ENV	"PGSPAWN_ID"

/*
 * Parse `PGID:KEY', `PGID:-' or a bare `PGID', PGID from 1 up.  0, or -1 with
 * EINVAL: text is none of these; ERANGE: PGID or KEY is too large.
 */
int	handle_parse(struct handle *id, const char *text);

/* Write the handle, or its PGID alone if bare is set, into buf; return buf.
 * Safe between fork and exec. */
char	*handle_format(const struct handle *id, int bare,
	    char buf[HANDLE_TEXT]);

/* Have both the same number, kind and key?  1 or 0. */
int	handle_equal(const struct handle *a, const struct handle *b);

/*
 * Make the handle of process pid, alive or a zombie.  ref is a descriptor bound
 * to that process, or -1.  The handle is keyless where the system has no keys.
 * 0, or -1 with ESRCH, EPERM or EACCES.  Safe between fork and exec.
 */
int	handle_get(struct handle *id, pid_t pid, int ref);

/*
 * Open a descriptor bound to process pid, and make its handle by that.  A lack
 * of descriptors or memory is an error: the key that can be read without a
 * descriptor is not the one that others compare with.  0, and the caller closes
 * *ref, which is -1 where the system has no such descriptors; or -1 with ESRCH,
 * EPERM, EACCES, EMFILE, ENFILE, ENOMEM.  Safe between fork and exec.
 */
int	handle_open(struct handle *id, pid_t pid, int *ref);

/* Make the handle of this process.  Return as handle_open. */
int	handle_own(struct handle *id);

/*
 * Make the handle of group pgid.  If the leader is dead and reaped, take the
 * handle from the lineage of a member in table; without one, or if table is
 * NULL, the handle is keyless.  0, or -1 with ESRCH: there is no such group;
 * EPERM, EACCES; EMFILE, ENFILE, ENOMEM.
 */
int	handle_group(struct handle *id, pid_t pgid,
	    const struct proctable *table);

/*
 * Find a handle with number pgid in the lineage of the members that table lists
 * for the group.  The first member with such a handle decides; its last one
 * counts.  Return 1, or 0 and leave *id as it was.
 */
int	handle_of_members(struct handle *id, pid_t pgid,
	    const struct proctable *table);

/*
 * Return the verdict on id by the rules above.  *ref becomes a descriptor bound
 * to the leader, which the caller closes; -1: there is no leader, the verdict
 * is not `verified', or the system has no such descriptors.  table is a
 * snapshot, or NULL to take one when it is needed.  -1 and errno as
 * proctable_read: the process table could not be read.
 */
int	handle_verify(const struct handle *id, const struct proctable *table,
	    int *ref);

/*
 * Does PGSPAWN_ID in this environment block of len bytes hold id?  1 or 0.  A
 * bare or keyless id matches any handle with its number.
 */
int	handle_in_lineage(const struct handle *id, const char *block,
	    size_t len);

/*
 * Parse the next handle of a lineage.  *p points into the value of PGSPAWN_ID,
 * which ends at end, and is moved behind the handle.  Words that are no handles
 * are skipped.  Return 1, or 0 if there are no more.
 */
int	handle_next(const char **p, const char *end, struct handle *id);

/*
 * Open a close-on-exec descriptor bound to process pid.  poll(2) reports it
 * readable once the process is dead.  -1 with ESRCH, EPERM, EMFILE, ENFILE,
 * ENOMEM or ENOSYS.
 */
int	handle_ref(pid_t pid);

/*
 * Signal one process: through ref if the system allows it, else by its PID.
 * By PID a race remains between the caller's last check and the signal.
 * 0, or -1 with ESRCH, EPERM or EINVAL (pid is 0, 1 or negative).
 */
int	handle_signal(pid_t pid, int ref, int sig);

/*
 * Signal the whole group that the process behind ref leads or led, without a
 * race.  0, or -1 with ESRCH: the group is empty; ENOSYS: the system cannot do
 * it or forbids it, or ref is -1; EINVAL: pgid is 0, 1 or negative.
 */
int	handle_signal_group(pid_t pgid, int ref, int sig);

/*
 * The scope in which handles are valid: this boot and this PID namespace.
 * Both are words without blanks, "" where the system has none.
 */
struct handle_scope {
	char	boot[64];
	char	pidns[32];
};

/* Fill in *scope.  0, or -1 with the errno of os_boot or os_namespace. */
int	handle_scope(struct handle_scope *scope);

#endif
