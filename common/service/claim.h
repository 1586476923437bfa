/*
 * claim.h - claim a service in order to start it, and forget its record.
 *
 *  1. Of all processes that claim a service at the same time exactly one MUST
 *     get it.  The others MUST learn its handle without waiting for the disk.
 *  2. The record of a service that runs, or may run, MUST NOT be removed or
 *     replaced, unless force is set.
 *  3. The last look at a service before its record changes MUST happen under
 *     the lock of the service.
 */
#ifndef CLAIM_H
#define CLAIM_H

#include "service/record.h"
#include "service/service.h"

/*
 * Write r as the record of service s, which must not run; or this process, the
 * one of r, is recorded as the service already.  Return the lock of the
 * service, and in *fd its folder; the caller closes both.  Until then no other
 * process can start or forget the service.  -1 with errno: EEXIST: the service
 * runs, or may run (s->state).  EWOULDBLOCK: another process has the lock; it
 * is s->record.id if s->known.  Else an errno of recorddir_lock or
 * record_write, or s->error if the record is unsafe.
 */
int	claim_take(int dir, struct service *s, const struct record *r,
	    int *fd);

/*
 * Take a claim back: remove the record, then the lock file, then the folder.
 * The caller holds the lock.  0, or -1 with errno of unlink(2) or rmdir(2).
 */
int	claim_drop(int dir, const struct service *s, int fd);

/*
 * Remove the record of a service that does not run; with force, of any
 * service.  With wait, wait up to 70 ms for its lock.  0, or -1 with errno:
 * EEXIST: the service runs, or may run (s->state).  EWOULDBLOCK: another
 * process has the lock.  ENOENT: there is no record.  Else as claim_take.
 */
int	claim_forget(int dir, struct service *s, int force, int wait);

#endif
