/* record_make.h - make the record of a process group. */
#ifndef RECORD_MAKE_H
#define RECORD_MAKE_H

#include "service/record.h"
#include "service/service.h"

/*
 * Fill in *r for the group of this process, which leads it and is going to
 * execute command.  0, or -1 with errno of handle_get or handle_scope.
 */
int	record_make_self(struct record *r, char *const *command);

/*
 * Fill in *r for the group target, which runs already.  Return its state.
 * SERVICE_RUNNING, SERVICE_LEADERLESS: it can be recorded.  SERVICE_STALE: it
 * is gone.  SERVICE_UNVERIFIABLE: a later group with the same number could not
 * be told from it, now or when the record is read.  *r is filled in as far as
 * possible in every case.
 */
enum service_state	record_make_group(struct record *r,
		    const struct handle *target);

#endif
