/*
 * record.h - one PID record per service, that is never half written and
 * never believed without proof.
 *
 *  1. A record MUST appear whole: a temporary file, then rename.  A reader
 *     sees the old one or the new one.  Nothing waits for the disk: after a
 *     loss of power each record is of another boot, whole or not (see 4).
 *  2. Check-then-write MUST happen under the exclusive lock of the service.
 *     The lock MUST NOT be inherited by the service, and is not needed to
 *     read.
 *  3. A folder or file that somebody else owns, or that others may write,
 *     MUST be refused (EPERM), a symbolic link MUST NOT be followed (ELOOP),
 *     and nothing but a regular file is read (EPERM): no FIFO makes us hang.
 *  4. A record of another boot or PID namespace, or one that cannot be
 *     parsed, MUST count as stale, and no process MUST be taken for it.
 *  5. `pid' is written for others and MUST NOT be read back.
 */
#ifndef RECORD_H
#define RECORD_H

#include <sys/types.h>
#include <limits.h>
#include <stddef.h>

#include "proc/handle.h"

#define RECORD_FILE	"record"

struct record {
	struct handle	 id;
	pid_t		 pgid, sid;
	uid_t		 uid;
	struct handle_scope scope;
	long long	 started;	/* seconds since the epoch */
	char		 command[256];	/* arguments, blank separated, cut */
};

/*
 * Read the record at path, a record file made by record_write, by the rules
 * above, but that it may belong to that owner instead of us.
 * ENOENT, EPERM, ELOOP, ENOTDIR; EBADMSG: it cannot be parsed.
 */
int	record_load(const char *path, uid_t owner, struct record *r);

/* The same for the record in an open folder.  Also EIO, EACCES, ENXIO ... */
int	record_read(int folder, struct record *r);

/* Was it made in this boot and PID namespace? 1, 0, or -1 with errno. */
int	record_current(const struct record *r);
int	record_in_scope(const struct record *r,
	    const struct handle_scope *scope);

/*
 * Put record and pid into the folder, in place of those that are there.  The
 * caller holds the lock.  0, or -1 with ENOSPC, EIO ...: then the old record is
 * there or, if the very last step failed, the new one.
 */
int	record_write(int folder, const struct record *r);

/*
 * Remove record and pid, and what a write that was cut short left.  The
 * caller holds the lock.  0 if there is no record now, else -1 and errno.
 */
int	record_remove(int folder);

/*
 * Set r->command to the arguments, for people to read: what a terminal would
 * obey is written as \xNN, what is too long is cut.
 */
void	record_command(struct record *r, char *const *argv);

#endif
