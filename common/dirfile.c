#include "config.h"

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
	text[n > 0 ? n : 0] = '\0';
	return n;
}

int
dirfile_write(int dir, const char *name, const char *text, size_t len)
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
	if (fdio_write(fd, text, len) == 0 &&
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
