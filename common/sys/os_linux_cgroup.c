/* os_linux_cgroup.c - find this process's cgroup.  Facts seen on Linux 6.18. */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sys/os_cgroup.h"

/* mountinfo has blanks, newlines and backslashes as octal escapes. */
static void
unescape(char *s)
{
	char *to = s;

	while (*s != '\0')
		if (s[0] == '\\' && s[1] >= '0' && s[1] <= '3' &&
		    s[2] >= '0' && s[2] <= '7' && s[3] >= '0' && s[3] <= '7') {
			*to++ = (char)((s[1] - '0') * 64 + (s[2] - '0') * 8 +
			    (s[3] - '0'));
			s += 4;
		} else
			*to++ = *s++;
	*to = '\0';
}

/* Return the process's path, of the line "0::/PATH".  NULL: there is none. */
static char *
own_path(void)
{
	FILE *file = fopen("/proc/self/cgroup", "re");
	char *line = NULL, *path = NULL;
	size_t size = 0;

	while (file != NULL && path == NULL && getline(&line, &size, file) > 0)
		if (strncmp(line, "0::/", 4) == 0) {
			line[strcspn(line, "\n")] = '\0';
			path = strdup(line + 3);
		}
	free(line);
	if (file != NULL)
		fclose(file);
	return path;
}

/*
 * Parse "ID PARENT DEVICE ROOT MOUNTPOINT OPTIONS ... - TYPE SOURCE ...".  If
 * TYPE is cgroup2, return 1 and the root and mount point, else 0.
 */
static int
parse_mount(char *line, char **root, char **point)
{
	const char *type = strstr(line, " - ");
	char *word, *rest;
	int i;

	if (type == NULL || strncmp(type + 3, "cgroup2 ", 8) != 0)
		return 0;
	word = strtok_r(line, " ", &rest);
	for (i = 1; i < 4 && word != NULL; i++)
		word = strtok_r(NULL, " ", &rest);
	*root = word;
	*point = strtok_r(NULL, " ", &rest);
	if (*root == NULL || *point == NULL)
		return 0;
	unescape(*root);
	unescape(*point);
	return 1;
}

/*
 * Return the part of path below root; NULL: path is not below root.  In a
 * container only a part of the hierarchy may be mounted.
 */
static const char *
below(const char *path, const char *root)
{
	size_t n = strcmp(root, "/") == 0 ? 0 : strlen(root);

	if (strncmp(path, "/..", 3) == 0 || strncmp(path, root, n) != 0 ||
	    (path[n] != '/' && path[n] != '\0'))
		return NULL;
	return strcmp(path + n, "/") == 0 ? "" : path + n;
}

int
os_cgroup(char *buf, size_t size)
{
	FILE *file = fopen("/proc/self/mountinfo", "re");
	char *path = own_path(), *line = NULL, *root, *point;
	int found = -1;
	size_t n = 0;

	errno = ENOSYS;
	while (file != NULL && path != NULL && found == -1 &&
	    getline(&line, &n, file) > 0)
		if (parse_mount(line, &root, &point) &&
		    below(path, root) != NULL)
			found = snprintf(buf, size, "%s%s", point,
			    below(path, root));
	free(line);
	free(path);
	if (file != NULL)
		fclose(file);
	if (found == -1)
		return errno = ENOSYS, -1;
	return (size_t)found < size ? 0 : (errno = ENAMETOOLONG, -1);
}
