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
#define NOBODY		"-"
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

static int
open_file(int dir, const char *file, struct svckeeper *k)
{
	k->fd = dirfile_open(dir, file, O_RDWR);
	k->made = k->fd == -1 && errno == ENOENT;
	if (k->made)
		k->fd = dirfile_open(dir, file, O_RDWR | O_CREAT);
	return k->fd;
}

/*
 * The kernel drops the lock when this process ends; children do not
 * inherit it.
 */
int
svckeeper_enter(int dir, const char *name, struct svckeeper *k)
{
	char file[FILE_SIZE], handle[HANDLE_TEXT];
	int locked, saved;
	struct handle id;

	if (handle_own(&id) == -1)
		return -1;
	file_of(name, file);
	do {
		if (open_file(dir, file, k) == -1)
			return -1;
		locked = lock_file(dir, file, k->fd);
		if (locked == 1 && dirfile_rewrite(k->fd,
		    handle_format(&id, 0, handle)) == 0)
			return 0;
		saved = errno;
		close(k->fd);
		errno = saved;
	} while (locked == 0);
	return -1;
}

/*
 * The next keeper may lock the file at once, even if this process lives on for
 * a while.
 */
void
svckeeper_leave(int dir, const char *name, struct svckeeper *k)
{
	char file[FILE_SIZE];
	struct handle id;

	if (svckeeper_read(dir, name, &id) == 0 && id.pid == getpid()) {
		if (k->made)
			(void)unlinkat(dir, file_of(name, file), 0);
		else
			(void)dirfile_rewrite(k->fd, NOBODY);
	}
	close(k->fd);
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
	if (strcmp(text, NOBODY) == 0)
		return errno = ENOENT, -1;
	return handle_parse(id, text);
}

/*
 * Is this .NAME.keeper, and not that of nobody?  Then cut the suffix off and
 * return 1.
 */
static int
names_kept(int dir, char *file)
{
	size_t n = strlen(file), suffix = sizeof SUFFIX - 1;
	char text[DIRFILE_SIZE];

	if (file[0] != '.' || n <= 1 + suffix ||
	    strcmp(file + n - suffix, SUFFIX) != 0 ||
	    (dirfile_read(dir, file, text, sizeof text) == 1 &&
	    strcmp(text, NOBODY) == 0))
		return 0;
	file[n - suffix] = '\0';
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
		if (names_kept(dir, entry->d_name))
			result = each(entry->d_name + 1, arg);
	closedir(entries);
	return result;
}
