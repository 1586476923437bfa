#include "config.h"

#include <sys/stat.h>
#include <sys/types.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#include "dirfile.h"
#include "fdio.h"

ssize_t
dirfile_read(int dir, const char *name, char *text, size_t size)
{
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC), saved;
	ssize_t n;

	if (fd == -1)
		return -1;
	n = fdio_read(fd, text, size - 1);
	saved = errno;
	close(fd);
	errno = saved;
	while (n > 0 && (text[n - 1] == '\n' || text[n - 1] == ' '))
		n--;
	text[n > 0 ? n : 0] = '\0';
	return n;
}

int
dirfile_is_full(int error)
{
	return error == ENOSPC || error == EDQUOT;
}

static int
write_beside(int dir, const char *name, const char *text)
{
	char beside[NAME_MAX + 1];
	int fd, saved;

	if (snprintf(beside, sizeof beside, ".%s.%ld", name,
	    (long)getpid()) >= (int)sizeof beside)
		return errno = ENAMETOOLONG, -1;
	fd = openat(dir, beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
	    0600);
	if (fd == -1)
		return -1;
	if (dprintf(fd, "%s\n", text) > 0 &&
	    renameat(dir, beside, dir, name) == 0) {
		close(fd);
		return 0;
	}
	saved = errno;
	close(fd);
	unlinkat(dir, beside, 0);
	errno = saved;
	return -1;
}

/* A file that has a block already needs no other. */
static int
write_over(int dir, const char *name, const char *text)
{
	int fd = openat(dir, name, O_WRONLY | O_CLOEXEC), result;
	struct stat st;

	if (fd == -1)
		return -1;
	if (fstat(fd, &st) == -1 || st.st_size == 0)
		st.st_size = 1;
	result = dprintf(fd, "%-*s\n", (int)st.st_size - 1, text);
	close(fd);
	return result > 0 ? 0 : -1;
}

int
dirfile_write(int dir, const char *name, const char *text)
{
	int reason;

	if (write_beside(dir, name, text) == 0)
		return 0;
	reason = errno;
	if (dirfile_is_full(reason) && write_over(dir, name, text) == 0)
		return 0;
	return errno = reason, -1;
}
