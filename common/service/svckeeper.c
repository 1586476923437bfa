#include "config.h"

#include <sys/file.h>
#include <sys/stat.h>
#include <sys/types.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/dirfile.h"
#include "service/svckeeper.h"
#include "base/svcname.h"

#define SUFFIX		".keeper"
#define FILE_SIZE	(SVCNAME_SIZE + sizeof SUFFIX)

static const char *
file_of(const char *name, char file[FILE_SIZE])
{
	snprintf(file, FILE_SIZE, ".%s" SUFFIX, name);
	return file;
}

/*
 * Lock the open file.  1: it is locked and still has that name; 0: the name is
 * another file's now; -1: another process has the lock.
 */
static int
lock_file(int dir, const char *file, int fd)
{
	struct stat held, named;

	if (flock(fd, LOCK_EX | LOCK_NB) == -1) {
		if (errno == EWOULDBLOCK)
			return -1;
		return 1;		/* a file system without locks */
	}
	return fstat(fd, &held) == 0 &&
	    fstatat(dir, file, &named, AT_SYMLINK_NOFOLLOW) == 0 &&
	    held.st_dev == named.st_dev && held.st_ino == named.st_ino;
}

/*
 * The kernel drops the lock when this process ends; children do not
 * inherit it.
 */
int
svckeeper_enter(int dir, const char *name)
{
	char file[FILE_SIZE], handle[HANDLE_TEXT];
	int fd, locked, saved;
	struct handle id;

	if (handle_own(&id) == -1)
		return -1;
	file_of(name, file);
	do {
		fd = dirfile_open(dir, file, O_RDWR | O_CREAT);
		if (fd == -1)
			return -1;
		locked = lock_file(dir, file, fd);
		if (locked == 1 && dirfile_rewrite(fd,
		    handle_format(&id, 0, handle)) == 0)
			return fd;
		saved = errno;
		close(fd);
		errno = saved;
	} while (locked == 0);
	return -1;
}

void
svckeeper_leave(int dir, const char *name)
{
	char file[FILE_SIZE];
	struct handle id;

	if (svckeeper_read(dir, name, &id) == 0 && id.pid == getpid())
		(void)unlinkat(dir, file_of(name, file), 0);
}

int
svckeeper_read(int dir, const char *name, struct handle *id)
{
	char file[FILE_SIZE], text[DIRFILE_SIZE];
	ssize_t n;

	n = dirfile_read(dir, file_of(name, file), text, sizeof text);
	if (n == 0)
		errno = EAGAIN;
	if (n <= 0)
		return -1;
	return handle_parse(id, text);
}

/* Is name .NAME.keeper?  Then cut the suffix off and return 1. */
static int
cut_suffix(char *name)
{
	size_t n = strlen(name), suffix = sizeof SUFFIX - 1;

	if (name[0] != '.' || n <= 1 + suffix ||
	    strcmp(name + n - suffix, SUFFIX) != 0)
		return 0;
	name[n - suffix] = '\0';
	return 1;
}

int
svckeeper_each(int dir, int (*each)(const char *, void *), void *arg)
{
	int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *entries = fd == -1 ? NULL : fdopendir(fd);
	struct dirent *entry;
	int result = 0;

	if (entries == NULL) {
		if (fd != -1)
			close(fd);
		return -1;
	}
	while (result == 0 && (entry = readdir(entries)) != NULL)
		if (cut_suffix(entry->d_name))
			result = each(entry->d_name + 1, arg);
	closedir(entries);
	return result;
}
