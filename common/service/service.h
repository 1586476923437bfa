/*
 * service.h - what is known of services, from their records and from the
 * processes there are.
 *
 *  1. A service is gone (SERVICE_STALE) only if that is proved: by the boot,
 *     the PID namespace or the key, or since no process of its group lives.
 *  2. Looking at many services MUST take one pass over the process table at
 *     most, and none while their leaders live.
 */
#ifndef SERVICE_H
#define SERVICE_H

#include <stddef.h>

#include "base/deadline.h"
#include "service/record.h"
#include "base/svcname.h"

enum service_state {
	SERVICE_UNKNOWN,	/* nobody has looked */
	SERVICE_RUNNING,
	SERVICE_LEADERLESS,	/* so is this, but its leader has died */
	SERVICE_STALE,		/* recorded, but gone */
	SERVICE_MISSING,	/* no record */
	SERVICE_UNVERIFIABLE,	/* its number lives; nobody knows whose it is */
	SERVICE_UNSAFE		/* error says why the record is not read */
};

struct service {
	char		 name[SVCNAME_SIZE], folder[SVCNAME_SIZE];
	enum service_state state;
	int		 error;
	int		 known;		/* there is a record that can be read */
	struct record	 record;
};

/* Name a service.  EINVAL, ENAMETOOLONG. */
int	service_name(struct service *s, const char *name);

/*
 * All that have a folder in dir, malloc'ed, sorted by name; nothing else is
 * known of them yet.  ENOMEM, EIO.
 */
int	service_list(int dir, struct service **list, size_t *n);

/*
 * Look what has become of n services.  dir may be -1: nothing is recorded.
 * What cannot be found out is in the states.
 */
void	service_look(int dir, struct service *list, size_t n);

/*
 * The state of a group, recorded or not.  Without a table it is unknown where
 * it takes one to tell, which is so once the leader is dead.
 */
enum service_state	service_judge(const struct handle *id,
		    const struct proctable *table);

/* Does it run, whatever is left of it? */
int	service_runs(const struct service *s);

/*
 * Wait until all those are gone that were not when they were looked at; one
 * that is started anew meanwhile is not waited for.  0, or -1 with ETIMEDOUT,
 * ENOMEM.
 */
int	service_wait(const struct service *list, size_t n,
	    const struct deadline *until);

#endif
