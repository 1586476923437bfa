/*
 * procid.h - handles: a PID never travels alone.
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
#ifndef PROCID_H
#define PROCID_H

#include <sys/types.h>
#include <stdint.h>

#include "proctable.h"

enum procid_kind { PROCID_BARE, PROCID_KEYED, PROCID_KEYLESS };

struct procid {
	pid_t			pid;	/* of the leader, so the PGID */
	enum procid_kind	kind;
	uint64_t		key;	/* if PROCID_KEYED */
};

enum procid_verdict { PROCID_VERIFIED, PROCID_GONE, PROCID_UNVERIFIABLE };

#define PROCID_TEXT	48	/* bytes that hold any handle and its NUL */
#define PROCID_ENV	"PGSPAWN_ID"

/*
 * Parse `PGID:KEY', `PGID:-' or a bare `PGID', PGID from 1 up.
 * EINVAL: it is none of these; ERANGE: no PID is that large.
 */
int	procid_parse(struct procid *id, const char *text);

/* Write the handle, or only its number if bare, into buf; return buf.
 * Safe between fork and exec. */
char	*procid_format(const struct procid *id, int bare,
	    char buf[PROCID_TEXT]);

int	procid_equal(const struct procid *a, const struct procid *b);

/*
 * Make the handle of process pid, zombie or not, which ref (or -1) is bound
 * to; keyless where the system has no keys.  ESRCH.  Safe between fork and
 * exec.
 */
int	procid_get(struct procid *id, pid_t pid, int ref);

/*
 * As procid_get, for the group of that number: keyless if its leader is
 * dead and reaped, unless a member's lineage names it, which is not asked
 * without a table (NULL).  ESRCH: no such group.
 */
int	procid_group(struct procid *id, pid_t pgid,
	    const struct proctable *table);

/*
 * The handle of that number in the lineage of the group's members in the table, the
 * last in that of the first who has one: 1, or 0 and *id is as it was.
 */
int	procid_of_members(struct procid *id, pid_t pgid,
	    const struct proctable *table);

/*
 * The verdict on id, as above.  *ref is then the leader's descriptor for the
 * caller to close, or -1: no leader, or the system has none.  table is a
 * snapshot, or NULL to take one when it is needed.  -1 and errno: the process
 * table could not be read.
 */
int	procid_verify(const struct procid *id, const struct proctable *table,
	    int *ref);

/*
 * Does PGSPAWN_ID in this environment block of len bytes hold id?  A bare or
 * keyless id matches by number alone.
 */
int	procid_in_lineage(const struct procid *id, const char *block,
	    size_t len);

/*
 * The next handle of a lineage, a value that ends at end; *p, its start at
 * first, is moved on.  1, or 0 at its end.  What is no handle is passed over.
 */
int	procid_next(const char **p, const char *end, struct procid *id);

/*
 * A descriptor bound to process pid: close-on-exec, readable by poll(2) once
 * the process is dead.  ESRCH, EPERM, EMFILE, ENOSYS.
 */
int	procid_ref(pid_t pid);

/*
 * Signal one process, through ref if that can be done, else by number: then
 * a race remains between the caller's last check and the signal.
 * ESRCH, EPERM, EINVAL.
 */
int	procid_signal(pid_t pid, int ref, int sig);

/*
 * Signal the whole group that the process behind ref leads or led, with no
 * race at all.  ESRCH: it is empty; ENOSYS: that cannot be done here.
 */
int	procid_signal_group(pid_t pgid, int ref, int sig);

/*
 * Where handles hold good: this boot and this PID namespace, as words
 * without blanks ("" where the system has none).
 */
struct procid_scope {
	char	boot[64];
	char	pidns[32];
};

int	procid_scope(struct procid_scope *scope);

#endif
