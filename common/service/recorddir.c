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

#include "base/dirfile.h"
#include "base/fdio.h"
#include "service/recorddir.h"
#include "service/safepath.h"

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

int
recorddir_open(const char *path, int create)
{
	char plain[PATH_MAX];
	int fd;

	if (safepath_plain(plain, path) == -1)
		return -1;
	fd = open_folder(AT_FDCWD, plain);
	if (fd != -1 || errno != ENOENT || !create)
		return fd;
	if (safepath_make(plain) == -1)
		return -1;
	return open_folder(AT_FDCWD, plain);
}

int
recorddir_may_make(const char *path)
{
	char plain[PATH_MAX];

	return safepath_plain(plain, path) == -1 ? -1 :
	    safepath_check(plain);
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

	return dirfile_rewrite(lock, handle_format(id, 0, text));
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
	text[strcspn(text, "\n")] = '\0';
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
