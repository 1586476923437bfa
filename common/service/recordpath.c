#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "service/recordpath.h"

char *
recordpath_default(void)
{
	const char *base = getenv("XDG_RUNTIME_DIR"), *rest = "procgroup";
	char *path;
	size_t size;

	if (base == NULL || base[0] != '/') {
		base = "/run";
		if (geteuid() != 0) {
			base = getenv("HOME");
			rest = ".local/state/procgroup";
		}
	}
	if (base == NULL || base[0] != '/')
		return errno = ENOENT, NULL;
	size = strlen(base) + strlen(rest) + 2;
	path = malloc(size);
	if (path == NULL)
		return NULL;
	snprintf(path, size, "%s/%s", base, rest);
	return path;
}

char *
recordpath_file(const char *path, const char *folder, const char *name)
{
	char *dir = realpath(path, NULL), *full = NULL;
	size_t size;

	if (dir == NULL)
		return NULL;
	size = strlen(dir) + strlen(folder) + strlen(name) + 3;
	full = malloc(size);
	if (full != NULL)
		snprintf(full, size, "%s/%s/%s", strcmp(dir, "/") == 0 ? "" :
		    dir, folder, name);
	free(dir);
	return full;
}
