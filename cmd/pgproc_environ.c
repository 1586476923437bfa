#include "config.h"

#include <sys/stat.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "conf/envfile.h"
#include "pgproc_environ.h"
#include "pgproc_overmind.h"

/* Only the commands of procgroup set these; a file cannot. */
static const char *const	own[] = {
	"NOTIFY_SOCKET", "PGKEEP_ID", "PGSPAWN_ID", "PGTRACK_RECORD", "PGUP",
	"PROCGROUP_NAME"
};

static int
is_own(const char *entry)
{
	size_t n = strcspn(entry, "="), i;

	for (i = 0; i < sizeof own / sizeof own[0]; i++)
		if (strlen(own[i]) == n && strncmp(entry, own[i], n) == 0)
			return 1;
	return 0;
}

static void
ignore_fault(const char *path, int line, const char *name, const char *reason)
{
	(void)path, (void)line, (void)name, (void)reason;
}

/* putenv(3) keeps the entries, so they are not freed. */
static void
load_file(struct options *o, const char *path,
    void (*take)(struct options *, const char *, char *))
{
	struct envfile file;
	int faults = envfile_read(&file, path, o->quiet ? ignore_fault :
	    diag_fault);
	size_t i;

	if (faults == -1)
		diag_diex(STATUS_USAGE, "%s: %s", path,
		    textfile_reason(errno));
	o->warnings += faults;
	for (i = 0; take != NULL && i < file.n; i++)
		take(o, path, file.entry[i]);
	for (i = 0; i < file.n; i++)
		if (!is_own(file.entry[i]) && putenv(file.entry[i]) != 0)
			diag_die(STATUS_USAGE, "environment");
	free(file.entry);
}

/* Read a file beside the Procfile, unless it is missing or a folder. */
static void
load_beside(struct options *o, const char *name,
    void (*take)(struct options *, const char *, char *))
{
	const char *slash = strrchr(o->procfile.path, '/');
	int n = slash != NULL ? (int)(slash + 1 - o->procfile.path) : 0;
	size_t size = (size_t)n + strlen(name) + 1;
	char *path = malloc(size);
	struct stat st;

	if (path == NULL)
		diag_die(STATUS_USAGE, "environment");
	snprintf(path, size, "%.*s%s", n, o->procfile.path, name);
	if (stat(path, &st) == 0 ? !S_ISDIR(st.st_mode) : errno != ENOENT)
		load_file(o, path, take);
	free(path);
}

void
load_environment(struct options *o)
{
	size_t i;

	for (i = 0; i < o->nenvfile; i++)
		load_file(o, o->envfile[i], NULL);
	if (o->nenvfile == 0) {
		load_beside(o, ".overmind.env", overmind_take);
		load_beside(o, ".env", NULL);
	}
	overmind_finish(o);
}

void
set_service(const struct portplan *p, int port, const char *name, int instance)
{
	char number[16], *ps;
	size_t size = strlen(name) + sizeof number;

	ps = malloc(size);
	if (ps == NULL)
		diag_die(STATUS_USAGE, "environment");
	snprintf(number, sizeof number, "%d", port);
	snprintf(ps, size, "%s.%d", name, instance);
	if (p->base != 0 &&
	    (port != 0 ? setenv("PORT", number, 1) : unsetenv("PORT")) == -1)
		diag_die(STATUS_USAGE, "environment");
	if (setenv("PS", ps, 1) == -1 || unsetenv("PGKEEP_ID") == -1 ||
	    unsetenv("PROCGROUP_NAME") == -1)
		diag_die(STATUS_USAGE, "environment");
	free(ps);
}
