#include "config.h"

#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "whence.h"

/* Is it in the folder of n bytes, the present one if that is empty? */
static int
is_in(const char *folder, size_t n, const char *file)
{
	char full[PATH_MAX];
	size_t len = strlen(file);

	if (n + len + 2 > sizeof full)
		return 0;
	memcpy(full, folder, n);
	if (n > 0)
		full[n++] = '/';
	memcpy(full + n, file, len + 1);
	return access(full, F_OK) == 0;
}

int
whence(const char *file, const char *path)
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
