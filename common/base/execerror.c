#include "config.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "base/execerror.h"

/* Is file in this directory of n bytes?  An empty name is the current one. */
static int
is_in(const char *dir, size_t n, const char *file)
{
	char full[PATH_MAX];
	size_t len = strlen(file);

	if (n + len + 2 > sizeof full)
		return 0;
	memcpy(full, dir, n);
	if (n > 0)
		full[n++] = '/';
	memcpy(full + n, file, len + 1);
	return access(full, F_OK) == 0;
}

/* Does a file exist, executable or not, that execvp(3) would have tried? */
static int
exists(const char *file, const char *path)
{
	if (file[0] == '\0')
		return 0;
	if (strchr(file, '/') != NULL)
		return access(file, F_OK) == 0;
	if (path == NULL)
		path = "/bin:/usr/bin";
	for (;;) {
		size_t n = strcspn(path, ":");

		if (is_in(path, n, file))
			return 1;
		if (path[n] == '\0')
			return 0;
		path += n + 1;
	}
}

int
execerror_reason(const char *file, const char *path, int error, int *found)
{
	int there = exists(file, path);

	if (error == EACCES && !there && strchr(file, '/') == NULL)
		error = ENOENT;
	*found = there && error == ENOENT;
	return error;
}
