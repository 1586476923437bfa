#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/diag.h"
#include "proc/proctable.h"
#include "service/dirreason.h"
#include "service/recorddir.h"
#include "service/recordpath.h"
#include "pgtrack_names.h"

int
pgtrack_names_open(const char *path, int create)
{
	int fd = recorddir_open(path, create);

	if (fd == -1 && (create || errno != ENOENT))
		diag_diex(STATUS_UNKNOWN, "%s: %s", path, dirreason(errno));
	return fd;
}

int
pgtrack_names_check(const char *path, int create)
{
	int fd = recorddir_open(path, 0);

	if (fd != -1) {
		close(fd);
		return STATUS_RUNNING;
	}
	if (errno == ENOENT && (!create || recorddir_may_make(path) == 0))
		return STATUS_MISSING;
	diag_warnx("%s: %s", path, dirreason(errno));
	return STATUS_UNKNOWN;
}

int
pgtrack_names_dir(const char **path, int create)
{
	if (*path == NULL)
		*path = getenv("PGTRACK_DIR");
	if (*path == NULL || **path == '\0')
		*path = recordpath_default();
	if (*path == NULL)
		diag_diex(STATUS_UNKNOWN, "no place for records: set HOME or "
		    "PGTRACK_DIR");
	return pgtrack_names_open(*path, create);
}

void
pgtrack_names_name(struct service *s, const char *name)
{
	if (service_name(s, name) == 0)
		return;
	if (errno == ENAMETOOLONG)
		diag_diex(STATUS_USAGE, "%s: too long a name", name);
	diag_diex(STATUS_USAGE, "%s: no name is empty or has a newline", name);
}

struct service *
pgtrack_names_find(int dir, int argc, char *argv[], size_t *n)
{
	struct service *list = NULL;
	int i;

	*n = (size_t)argc;
	if (argc > 0 && (list = calloc(*n, sizeof *list)) == NULL)
		diag_die(STATUS_UNKNOWN, "%s", argv[0]);
	for (i = 0; i < argc; i++)
		pgtrack_names_name(&list[i], argv[i]);
	if (argc == 0 && dir != -1 && service_list(dir, &list, n) == -1)
		diag_die(STATUS_UNKNOWN, "cannot list the services");
	return list;
}

int
pgtrack_names_status(const struct service *s)
{
	switch (s->state) {
	case SERVICE_RUNNING:
	case SERVICE_LEADERLESS:
		return STATUS_RUNNING;
	case SERVICE_STALE:
		return STATUS_STALE;
	case SERVICE_MISSING:
		return STATUS_MISSING;
	case SERVICE_UNSAFE:
		diag_warnx("%s: unsafe: %s", s->name,
		    dirreason(s->error));
		return STATUS_UNKNOWN;
	default:
		if (proctable_lack() != NULL)
			diag_warnx("%s: unverifiable: %s", s->name,
			    proctable_lack());
		else
			diag_warnx("%s: unverifiable: group %ld may be "
			    "another one", s->name, (long)s->record.pgid);
		return STATUS_UNKNOWN;
	}
}

int
pgtrack_names_missing(const struct service *s)
{
	diag_hint("%s: no record; pgtrack list -a prints all", s->name);
	return STATUS_MISSING;
}

int
pgtrack_names_told(const struct service *s)
{
	return s->state == SERVICE_MISSING ? pgtrack_names_missing(s) :
	    pgtrack_names_status(s);
}

int
pgtrack_names_refuse(const struct service *s, int bare)
{
	char handle[HANDLE_TEXT] = "";
	int error = errno;

	if (s->known)
		handle_format(&s->record.id, bare, handle);
	if (error == EWOULDBLOCK && s->known) {
		diag_warnx("%s: just being started: %s", s->name, handle);
		return STATUS_TAKEN;
	}
	if (error == EWOULDBLOCK) {
		diag_warnx("%s: locked by another pgtrack", s->name);
		return STATUS_TAKEN;
	}
	if (error == EEXIST && service_runs(s)) {
		diag_warnx("%s: already running: %s", s->name, handle);
		return STATUS_TAKEN;
	}
	if (s->state == SERVICE_UNSAFE || s->state == SERVICE_UNVERIFIABLE)
		return pgtrack_names_status(s);
	diag_warnx("%s: %s", s->name, dirreason(error));
	return STATUS_UNKNOWN;
}
