/*
 * tracked.h - the services that pgtrack's operands name, and what it says of
 * them.
 */
#ifndef PGTRACK_NAMES_H
#define PGTRACK_NAMES_H

#include <stddef.h>

#include "service/service.h"

enum {
	STATUS_RUNNING = 0,	/* or done */
	STATUS_STALE = 1,
	STATUS_USAGE = 2,
	STATUS_MISSING = 3,
	STATUS_UNKNOWN = 4,
	STATUS_TAKEN = 5,
	STATUS_TIMEOUT = 124
};

/*
 * Open the directory of records, that of $PGTRACK_DIR or the default one if
 * *path is NULL, which is set to it.  -1 if it is not there and create is not
 * set; whatever else is wrong ends the program.
 */
int	pgtrack_names_dir(const char **path, int create);

/* As service_name, but what is no name ends the program. */
void	pgtrack_names_name(struct service *s, const char *name);

/* The services of those names, or all there are in dir: malloc'ed. */
struct service	*pgtrack_names_find(int dir, int argc, char *argv[], size_t *n);

/* The status that a service's state makes; says why if there is no telling. */
int	pgtrack_names_judge(const struct service *s);

/* Say why, by errno, a service could not be claimed or forgotten; a status. */
int	pgtrack_names_refuse(const struct service *s, int bare);

#endif
