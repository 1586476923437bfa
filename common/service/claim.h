/*
 * claim.h - who may start a service, and what may be forgotten of it.
 *
 *  1. Of all that claim a service at the same time one MUST get it, and the
 *     others MUST learn who it is without waiting for the disk.
 *  2. What runs, or what nobody can tell of, MUST NOT be forgotten or written
 *     over, unless the user insists.
 *  3. To look and then act MUST happen under the service's lock.
 */
#ifndef CLAIM_H
#define CLAIM_H

#include "service/record.h"
#include "service/service.h"

/*
 * Write r as the record of a service that does not run, or that r's own
 * process is recorded as.  Return its lock, and its folder in *fd, both for
 * the caller to close: until then nobody else starts or forgets it.
 * -1: EEXIST: it runs or cannot be told of, as s has it; EWOULDBLOCK: somebody
 * else is about to start it (s->record.id is who, if s->known), or has had the
 * lock for too long; else it is unsafe or cannot be written.
 */
int	claim_take(int dir, struct service *s, const struct record *r,
	    int *fd);

/*
 * Take a claim back: remove the record and all that goes with it, but the
 * lock last.  0, or -1 and errno of unlink(2).
 */
int	claim_drop(int dir, const struct service *s, int fd);

/*
 * Forget a service that does not run, or any if force is set; wait a while
 * for its lock if wait is.  0, or -1: EEXIST: it runs or cannot be told of, as
 * s has it; EWOULDBLOCK; ENOENT: there is no record; else it is unsafe.
 */
int	claim_forget(int dir, struct service *s, int force, int wait);

#endif
