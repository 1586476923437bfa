/* record_make.h - make the record of a process group. */
#ifndef RECORD_MAKE_H
#define RECORD_MAKE_H

#include "service/record.h"
#include "service/service.h"

/*
 * Describe our own group, which we lead, with what we are to become.
 * -1 and errno: this boot or our own key cannot be told.
 */
int	record_make_self(struct record *r, char *const *command);

/*
 * Describe a group that runs already.  Return its state: SERVICE_RUNNING and
 * SERVICE_LEADERLESS are good, SERVICE_STALE is gone, SERVICE_UNVERIFIABLE
 * cannot be told from a later group of that number, now or when its record is
 * read.  *r is filled in, as far as can be, in any case.
 */
enum service_state	record_make_group(struct record *r,
		    const struct handle *target);

#endif
