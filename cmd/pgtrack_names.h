/*
 * pgtrack_names.h - the services that the operands of pgtrack name, the
 * messages about them, and their exit statuses.
 */
#ifndef PGTRACK_NAMES_H
#define PGTRACK_NAMES_H

#include <stddef.h>

#include "service/service.h"

enum {
	STATUS_RUNNING = 0,	/* or the subcommand has worked */
	STATUS_STALE = 1,
	STATUS_USAGE = 2,
	STATUS_MISSING = 3,
	STATUS_UNKNOWN = 4,
	STATUS_TAKEN = 5,
	STATUS_TIMEOUT = 124
};

/*
 * Open the directory of records.  If *path is NULL, set it to $PGTRACK_DIR or
 * the default.  Return a descriptor, or -1 if the directory does not exist and
 * create is not set.  Exits with STATUS_UNKNOWN on another error.
 */
int	pgtrack_names_dir(const char **path, int create);

/* The same for the directory at path. */
int	pgtrack_names_open(const char *path, int create);

/*
 * Is the directory at path safe?  STATUS_RUNNING; STATUS_MISSING: it does not
 * exist, and with create, it may be made; STATUS_UNKNOWN after a warning.
 */
int	pgtrack_names_check(const char *path, int create);

/* As service_name, but exits with STATUS_USAGE on a bad name. */
void	pgtrack_names_name(struct service *s, const char *name);

/*
 * The services of those names; without names all services in dir.  Malloc'ed.
 */
struct service	*pgtrack_names_find(int dir, int argc, char *argv[], size_t *n);

/* The exit status for the state of s.  Warns if the state cannot be told. */
int	pgtrack_names_status(const struct service *s);

/*
 * STATUS_MISSING, with a hint for a person: s was named, and has no record.
 * pgtrack_names_told gives that hint, too, and else is pgtrack_names_status.
 */
int	pgtrack_names_missing(const struct service *s);
int	pgtrack_names_told(const struct service *s);

/*
 * Warn why claim_take or claim_forget has failed, by errno; return the exit
 * status.
 */
int	pgtrack_names_refuse(const struct service *s, int bare);

#endif
