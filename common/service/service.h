/*
 * service.h - the states of services, from their records and from the process
 * table.
 *
 *  1. A service counts as gone (SERVICE_STALE) only with proof: its record is
 *     of another boot or PID namespace, its key is another process's, or no
 *     process of its group lives.
 *  2. Looking at many services MUST take at most one pass over the process
 *     table, and none while their leaders live.
 */
#ifndef SERVICE_H
#define SERVICE_H

#include <stddef.h>

#include "base/deadline.h"
#include "service/record.h"
#include "base/svcname.h"

enum service_state {
	SERVICE_UNKNOWN,	/* not looked at yet */
	SERVICE_RUNNING,
	SERVICE_LEADERLESS,	/* it runs, but its leader has died */
	SERVICE_STALE,		/* recorded, but gone */
	SERVICE_MISSING,	/* no record */
	SERVICE_UNVERIFIABLE,	/* there is a group; it may be another */
	SERVICE_UNSAFE		/* the record is not read, see error */
};

struct service {
	char		 name[SVCNAME_SIZE], folder[SVCNAME_SIZE];
	enum service_state state;
	int		 error;		/* errno of reading the record */
	int		 known;		/* record is filled in */
	struct record	 record;
};

/*
 * Zero *s and set its name and folder.  0, or -1 with EINVAL or ENAMETOOLONG.
 */
int	service_name(struct service *s, const char *name);

/*
 * List all services that have a folder in dir, malloc'ed, sorted by name.  Only
 * their names and folders are set.  0, or -1 with ENOMEM or errno of open(2) or
 * readdir(3).
 */
int	service_list(int dir, struct service **list, size_t *n);

/*
 * Read the records of n services and set their states.  If dir is -1, there
 * are no records.  A failure shows in the states.
 */
void	service_look(int dir, struct service *list, size_t n);

/*
 * The state of a group, recorded or not.  If the leader is dead, the answer
 * needs a process table: without one (NULL) it is SERVICE_UNKNOWN.
 */
enum service_state	service_state_of(const struct handle *id,
		    const struct proctable *table);

/* Does the service run, with or without its leader? */
int	service_runs(const struct service *s);

/*
 * Wait until all groups that service_look found are gone.  A service that is
 * started again meanwhile has another group, which is not waited for.  0, or
 * -1 with ETIMEDOUT, ENOMEM.
 */
int	service_wait(const struct service *list, size_t n,
	    const struct deadline *until);

#endif
