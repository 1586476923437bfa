/*
 * handle.h - handles: a PID never travels alone.
 *
 * A handle PGID:KEY names the group led by process PGID, and no other group
 * of this boot.  KEY is what the system never gives to a second process
 * (os_key); `-' where the leader was dead already when the handle was made.
 *
 *  1. A handle MUST verify as soon as the leader lives, or is a zombie, with
 *     an equal key; the descriptor then opened MUST be used for signals.
 *  2. A leader with another key MUST give `gone', and nothing MUST be
 *     signalled: a PID is not given out while its group exists, so the old
 *     group has ended.
 *  3. No leader and no member MUST give `gone'.
 *  4. No leader but members MUST give `verified' only if some member's
 *     lineage (PGSPAWN_ID) holds the handle, else `unverifiable'.
 *  5. A bare number MUST be taken as it stands: the user insists.
 *  6. A key that could not be read (a sandbox forbids it), now or by whoever
 *     made the handle, MUST NOT be taken for a different one: row 4 decides.
 *  7. A handle that ends in `-' MUST NOT verify once a leader exists, for
 *     it was made when there was none.  Where the system has no keys it
 *     counts as a bare number, and one that has a key is unverifiable.
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
 * Parse `PGID:KEY', `PGID:-' or a bare `PGID', PGID from 1 up.
 * EINVAL: it is none of these; ERANGE: no PID is that large.
 */
int	handle_parse(struct handle *id, const char *text);

/* Write the handle, or only its number if bare, into buf; return buf.
 * Safe between fork and exec. */
char	*handle_format(const struct handle *id, int bare,
	    char buf[HANDLE_TEXT]);

int	handle_equal(const struct handle *a, const struct handle *b);

/*
 * Make the handle of process pid, zombie or not, which ref (or -1) is bound
 * to; keyless where the system has no keys.  ESRCH.  Safe between fork and
 * exec.
 */
int	handle_get(struct handle *id, pid_t pid, int ref);

/*
 * As handle_get, for the group of that number: keyless if its leader is
 * dead and reaped, unless a member's lineage names it, which is not asked
 * without a table (NULL).  ESRCH: no such group.
 */
int	handle_group(struct handle *id, pid_t pgid,
	    const struct proctable *table);

/*
 * The handle of that number in the lineage of the group's members in the table, the
 * last in that of the first who has one: 1, or 0 and *id is as it was.
 */
int	handle_of_members(struct handle *id, pid_t pgid,
	    const struct proctable *table);

/*
 * The verdict on id, as above.  *ref is then the leader's descriptor for the
 * caller to close, or -1: no leader, or the system has none.  table is a
 * snapshot, or NULL to take one when it is needed.  -1 and errno: the process
 * table could not be read.
 */
int	handle_verify(const struct handle *id, const struct proctable *table,
	    int *ref);

/*
 * Does PGSPAWN_ID in this environment block of len bytes hold id?  A bare or
 * keyless id matches by number alone.
 */
int	handle_in_lineage(const struct handle *id, const char *block,
	    size_t len);

/*
 * The next handle of a lineage, a value that ends at end; *p, its start at
 * first, is moved on.  1, or 0 at its end.  What is no handle is passed over.
 */
int	handle_next(const char **p, const char *end, struct handle *id);

/*
 * A descriptor bound to process pid: close-on-exec, readable by poll(2) once
 * the process is dead.  ESRCH, EPERM, EMFILE, ENOSYS.
 */
int	handle_ref(pid_t pid);

/*
 * Signal one process, through ref if that can be done, else by number: then
 * a race remains between the caller's last check and the signal.
 * ESRCH, EPERM, EINVAL.
 */
int	handle_signal(pid_t pid, int ref, int sig);

/*
 * Signal the whole group that the process behind ref leads or led, with no
 * race at all.  ESRCH: it is empty; ENOSYS: that cannot be done here.
 */
int	handle_signal_group(pid_t pgid, int ref, int sig);

/*
 * Where handles hold good: this boot and this PID namespace, as words
 * without blanks ("" where the system has none).
 */
struct handle_scope {
	char	boot[64];
	char	pidns[32];
};

int	handle_scope(struct handle_scope *scope);

#endif
