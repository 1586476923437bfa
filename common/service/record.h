/*
 * record.h - the record of a service: the handle of its group and more.  A
 * record is never half written, and a process is never taken for the service
 * without proof.
 *
 *  1. A record MUST appear whole: the writer fills a spare file, and then
 *     exchanges it with the record, or renames it where the system cannot
 *     exchange.  The reader reads until the file that it has read twice is
 *     still the record.  No write waits for the disk: after a loss of power
 *     every record is of another boot, whole or not (see 4).
 *  2. Check-then-write MUST happen under the exclusive lock of the service.
 *     The service MUST NOT inherit the lock.  Reading needs no lock.
 *  3. A folder or file that another user owns, or that others may write, MUST
 *     be refused (EPERM, ETXTBSY).  A symbolic link MUST NOT be followed
 *     (ELOOP).  Only a regular file with one name is read (ESPIPE, EMLINK): a
 *     FIFO could block the reader.
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
	char		 command[256];	/* its arguments, may be cut */
};

/*
 * Read the record file at path, by the rules above; but owner may own it, too.
 * 0, or -1 with ENOENT, ENOTDIR, the errnos of rule 3, another of open(2) or
 * read(2), or EBADMSG: it cannot be parsed.
 */
int	record_load(const char *path, uid_t owner, struct record *r);

/* The same for the record in the open folder; our own user must own it. */
int	record_read(int folder, struct record *r);

/*
 * Was the record made in this boot and PID namespace?  1, 0, or -1 with errno
 * as handle_scope.  record_in_scope asks the same of a scope that the caller
 * has read.
 */
int	record_current(const struct record *r);
int	record_in_scope(const struct record *r,
	    const struct handle_scope *scope);

/*
 * Replace the files record and pid in the open folder.  The caller holds the
 * lock.  0, or -1 with ENOSPC, EIO or another errno of open(2), write(2) or
 * rename(2): then the old record is there, or the new one if only the last
 * step failed.
 */
int	record_write(int folder, const struct record *r);

/*
 * Remove record and pid, and the temporary files that a killed writer left.
 * The caller holds the lock.  0 if there is no record now, else -1 with errno
 * of unlink(2).
 */
int	record_remove(int folder);

/*
 * Set r->command to the arguments, separated by blanks, for people to read.  A
 * byte that a terminal would obey becomes \xNN; the text is cut to its size.
 */
void	record_command(struct record *r, char *const *argv);

#endif
