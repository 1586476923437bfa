#include "config.h"

#include <sys/stat.h>
#include <sys/types.h>

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "service/safepath.h"

/* The length of path without its last name and the slashes before that. */
static size_t
length_above(const char *path, size_t len)
{
	while (len > 0 && path[len - 1] != '/')
		len--;
	while (len > 0 && path[len - 1] == '/')
		len--;
	return len;
}

/* Our own user, root, or who owns / where a user namespace has no root. */
static int
is_trusted(uid_t owner)
{
	struct stat top;

	return owner == geteuid() || owner == 0 ||
	    (stat("/", &top) == 0 && owner == top.st_uid);
}

/*
 * A link that another user put into the path would make us look, and make
 * folders, where that user wants.
 */
static int
check_links(char *path)
{
	char *slash = path;
	struct stat st;

	while ((slash = strchr(slash + 1, '/')) != NULL) {
		int linked;

		*slash = '\0';
		linked = lstat(path, &st) == 0 && S_ISLNK(st.st_mode);
		*slash = '/';
		if (linked && !is_trusted(st.st_uid))
			return errno = ELOOP, -1;
	}
	return 0;
}

/*
 * The owner of the folder around DIR can replace DIR, and so can every user
 * that may write to it.  So DIR is made only in a folder of our own user or
 * root, which no other user may write to, unless it is sticky.  Our own group
 * may write: it often has one user only.
 */
static int
check_above(const char *path, size_t len)
{
	char above[PATH_MAX];
	struct stat st;
	mode_t strangers;

	while (len > 0 && path[len - 1] != '/')
		len--;
	snprintf(above, sizeof above, "%.*s.", (int)len, path);
	if (stat(above, &st) == -1)
		return -1;
	strangers = S_IWOTH;
	if (st.st_gid != getegid() && st.st_gid != 0)
		strangers |= S_IWGRP;
	if ((st.st_uid != geteuid() && st.st_uid != 0) ||
	    ((st.st_mode & strangers) != 0 && (st.st_mode & S_ISVTX) == 0))
		return errno = EXDEV, -1;
	return 0;
}

/* The length of the longest leading part of path that exists. */
static size_t
length_present(char *path)
{
	size_t len = length_above(path, strlen(path));
	struct stat st;

	for (; len > 0; len = length_above(path, len)) {
		char end = path[len];
		int present;

		path[len] = '\0';
		present = stat(path, &st) == 0 || errno != ENOENT;
		path[len] = end;
		if (present)
			break;
	}
	return len;
}

int
safepath_make(char *path)
{
	size_t len = length_present(path), end = strlen(path);

	while (len < end) {
		char *name = path + len + strspn(path + len, "/");
		char *slash = strchr(name, '/');
		int made;

		len = slash != NULL ? (size_t)(slash - path) : end;
		if (check_above(path, len) == -1)
			return -1;
		if (slash != NULL)
			*slash = '\0';
		made = mkdir(path, 0700) == 0 || errno == EEXIST;
		if (slash != NULL)
			*slash = '/';
		if (!made)
			return -1;
	}
	return 0;
}

int
safepath_plain(char plain[PATH_MAX], const char *path)
{
	size_t len = strlen(path);

	while (len > 1 && (path[len - 1] == '/' ||
	    (path[len - 1] == '.' && path[len - 2] == '/')))
		len--;
	if (len == 0)
		return errno = ENOENT, -1;
	if (len >= PATH_MAX)
		return errno = ENAMETOOLONG, -1;
	memcpy(plain, path, len);
	plain[len] = '\0';
	return check_links(plain);
}

int
safepath_check(char *path)
{
	size_t len = length_present(path);
	char *slash = strchr(path + len + strspn(path + len, "/"), '/');

	return check_above(path, slash != NULL ? (size_t)(slash - path) :
	    strlen(path));
}
