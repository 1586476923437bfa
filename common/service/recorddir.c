#include "config.h"

#include <sys/file.h>
#include <sys/stat.h>
#include <sys/types.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fdio.h"
#include "service/recorddir.h"

#define LOCK		"lock"
#define LOCK_TRIES	100

int
recorddir_check_of(int fd, mode_t type, uid_t owner)
{
	struct stat st;

	if (fstat(fd, &st) == -1)
		return -1;
	if ((st.st_mode & S_IFMT) != type)
		return errno = ESPIPE, -1;
	if (st.st_uid != geteuid() && st.st_uid != owner)
		return errno = EPERM, -1;
	if ((st.st_mode & (S_IWGRP | S_IWOTH)) != 0)
		return errno = ETXTBSY, -1;
	if (type == S_IFREG && st.st_nlink > 1)
		return errno = EMLINK, -1;
	return 0;
}

const char *
recorddir_reason(int error)
{
	switch (error) {
	case EPERM:
		return "another user owns it";
	case ETXTBSY:
		return "group or others may write to it: chmod go-w";
	case EXDEV:
		return "another user could replace it, as owner of a folder "
		    "above it or because that is writable";
	case ELOOP:
		return "a symbolic link";
	case EMLINK:
		return "has another name, a hard link";
	case ESPIPE:
		return "not a plain file";
	}
	return strerror(error);
}

int
recorddir_check(int fd, mode_t type)
{
	return recorddir_check_of(fd, type, geteuid());
}

static int
open_folder(int at, const char *path)
{
	int fd = openat(at, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW |
	    O_CLOEXEC), saved;
	struct stat st;

	if (fd != -1) {
		if (recorddir_check(fd, S_IFDIR) == 0)
			return fd;
		saved = errno;
		close(fd);
		return errno = saved, -1;
	}
	/* For a symbolic link Linux sets ENOTDIR, FreeBSD EMLINK. */
	if ((errno == ENOTDIR || errno == EMLINK) && fstatat(at, path, &st,
	    AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(st.st_mode))
		errno = ELOOP;
	return -1;
}

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

/* Make the folder and all missing folders above it, as mkdir -p does. */
static int
make_path(char *path)
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

/* Copy path without a slash or /. at its end: they would follow a link. */
static int
plain_path(char plain[PATH_MAX], const char *path)
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
recorddir_open(const char *path, int create)
{
	char plain[PATH_MAX];
	int fd;

	if (plain_path(plain, path) == -1)
		return -1;
	fd = open_folder(AT_FDCWD, plain);
	if (fd != -1 || errno != ENOENT || !create)
		return fd;
	if (make_path(plain) == -1)
		return -1;
	return open_folder(AT_FDCWD, plain);
}

int
recorddir_may_make(const char *path)
{
	char plain[PATH_MAX], *slash;
	size_t len;

	if (plain_path(plain, path) == -1)
		return -1;
	len = length_present(plain);
	slash = strchr(plain + len + strspn(plain + len, "/"), '/');
	return check_above(plain, slash != NULL ? (size_t)(slash - plain) :
	    strlen(plain));
}

int
recorddir_folder(int dir, const char *folder, int create)
{
	if (create && mkdirat(dir, folder, 0700) == -1 && errno != EEXIST)
		return -1;
	return open_folder(dir, folder);
}

static int
open_lock(int fd, int flags)
{
	int lock = openat(fd, LOCK, flags | O_RDWR | O_NOFOLLOW | O_NONBLOCK |
	    O_NOCTTY | O_CLOEXEC, 0600), saved;

	if (lock == -1 || recorddir_check(lock, S_IFREG) == 0)
		return lock;
	saved = errno;
	close(lock);
	return errno = saved, -1;
}

/* -1 with ESTALE: the locked file is not called `lock' any more. */
static int
lock_file(int fd, int lock)
{
	struct stat held, named;

	if (flock(lock, LOCK_EX | LOCK_NB) == -1)
		return -1;
	if (fstat(lock, &held) == -1)
		return -1;
	if (fstatat(fd, LOCK, &named, AT_SYMLINK_NOFOLLOW) == -1 ||
	    held.st_dev != named.st_dev || held.st_ino != named.st_ino)
		return errno = ESTALE, -1;
	return 0;
}

static int
take_lock(int fd, int create)
{
	int lock = open_lock(fd, create ? O_CREAT : 0), saved;

	/* The folder was removed meanwhile: no file can be made in it. */
	if (lock == -1 && errno == ENOENT && create)
		errno = ESTALE;
	if (lock == -1 || lock_file(fd, lock) == 0)
		return lock;
	saved = errno;
	close(lock);
	return errno = saved, -1;
}

int
recorddir_lock(int dir, const char *folder, int create, int *fd)
{
	int tries, lock, saved;

	for (tries = 0; tries < LOCK_TRIES; tries++) {
		*fd = recorddir_folder(dir, folder, create);
		if (*fd == -1 && (errno != ENOENT || !create))
			return -1;
		if (*fd == -1)
			continue;
		lock = take_lock(*fd, create);
		if (lock != -1)
			return lock;
		saved = errno;
		close(*fd);
		errno = saved;
		if (errno != ESTALE)
			return -1;
	}
	return errno = EWOULDBLOCK, -1;
}

int
recorddir_write_holder(int lock, const struct handle *id)
{
	char text[HANDLE_TEXT];

	handle_format(id, 0, text);
	if (ftruncate(lock, 0) == -1)
		return -1;
	return fdio_write(lock, text, strlen(text));
}

int
recorddir_read_holder(int dir, const char *folder, struct handle *id)
{
	char text[HANDLE_TEXT];
	int fd = recorddir_folder(dir, folder, 0), lock;
	ssize_t n = -1;

	if (fd == -1)
		return -1;
	lock = open_lock(fd, 0);
	if (lock != -1) {
		n = fdio_read(lock, text, sizeof text - 1);
		close(lock);
	}
	close(fd);
	if (n == -1)
		return -1;
	text[n] = '\0';
	return handle_parse(id, text);
}

int
recorddir_remove(int dir, const char *folder, int fd)
{
	/*
	 * A process that opened the lock file before gets its lock after us,
	 * finds the name gone and starts over (ESTALE).  A process that makes a
	 * new lock file after the first unlink keeps the folder from being
	 * removed.  A new folder of the same name is removed only while it is
	 * empty; its maker notices that when it makes the lock file in it.
	 */
	if (unlinkat(fd, LOCK, 0) == -1)
		return errno == ENOENT ? 0 : -1;
	if (unlinkat(dir, folder, AT_REMOVEDIR) == 0 || errno == ENOENT ||
	    errno == ENOTEMPTY || errno == EEXIST)
		return 0;
	return -1;
}
