#include "config.h"

#include <sys/stat.h>
#include <sys/types.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/dirfile.h"

#define MAX_READS	100	/* of a line that is being written */

int
dirfile_open(int dir, const char *name, int flags)
{
	int fd = openat(dir, name, flags | O_NOFOLLOW | O_NONBLOCK |
	    O_NOCTTY | O_CLOEXEC, 0600);
	struct stat st;

	/* ENXIO: a FIFO without a reader, or a socket; ELOOP, EMLINK: a link */
	if (fd == -1 && (errno == ENXIO || errno == ELOOP || errno == EMLINK))
		errno = EPERM;
	if (fd == -1)
		return -1;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	    st.st_uid == geteuid())
		return fd;
	close(fd);
	return errno = EPERM, -1;
}

/* Read until two reads in a row agree.  Return the length, or -1. */
static ssize_t
read_record(int fd, char record[DIRFILE_SIZE])
{
	char before[DIRFILE_SIZE];
	ssize_t n = -1, was;
	int tries;

	for (tries = 0; tries < MAX_READS; tries++) {
		was = n;
		memcpy(before, record, sizeof before);
		n = pread(fd, record, DIRFILE_SIZE, 0);
		if (n == -1 && errno != EINTR)
			return -1;
		if (n != -1 && n == was &&
		    memcmp(before, record, (size_t)n) == 0 &&
		    (n == 0 || memchr(record, '\n', (size_t)n) != NULL))
			break;
	}
	return n;
}

ssize_t
dirfile_read(int dir, const char *name, char *text, size_t size)
{
	int fd = dirfile_open(dir, name, O_RDONLY), saved;
	char record[DIRFILE_SIZE];
	const char *end;
	size_t len;
	ssize_t n;

	text[0] = '\0';
	if (fd == -1)
		return -1;
	n = read_record(fd, record);
	saved = errno;
	close(fd);
	errno = saved;
	if (n == -1)
		return -1;
	end = memchr(record, '\n', (size_t)n);
	len = end != NULL ? (size_t)(end - record) : (size_t)n;
	if (len >= size)
		len = size - 1;
	while (len > 0 && record[len - 1] == ' ')
		len--;
	memcpy(text, record, len);
	text[len] = '\0';
	return (ssize_t)len;
}

const char *
dirfile_reason(int error)
{
	return error == EPERM ? "not a regular file of this user" :
	    strerror(error);
}

int
dirfile_is_full(int error)
{
	return error == ENOSPC || error == EDQUOT;
}

/* Newlines cover the rest of a longer old line. */
int
dirfile_rewrite(int fd, const char *text)
{
	char record[DIRFILE_SIZE];
	size_t n = strlen(text);
	struct stat st;
	ssize_t written;

	if (n >= sizeof record)
		return errno = EMSGSIZE, -1;
	if (fstat(fd, &st) == -1)
		return -1;
	memset(record, '\n', sizeof record);
	memcpy(record, text, n++);
	if (st.st_size > (off_t)n)
		n = st.st_size < (off_t)sizeof record ? (size_t)st.st_size :
		    sizeof record;
	do
		written = pwrite(fd, record, n, 0);
	while (written == -1 && errno == EINTR);
	if (written == -1)
		return -1;
	if (written < (ssize_t)n)
		return errno = ENOSPC, -1;
	return st.st_size > (off_t)n ? ftruncate(fd, (off_t)n) : 0;
}

/* Leave no empty file: readers would not take it for a missing one. */
static void
remove_empty(int dir, const char *name, int fd)
{
	struct stat st;

	if (fstat(fd, &st) == 0 && st.st_size == 0)
		(void)unlinkat(dir, name, 0);
}

int
dirfile_write(int dir, const char *name, const char *text)
{
	int fd = dirfile_open(dir, name, O_WRONLY | O_CREAT), result, saved;

	if (fd == -1)
		return -1;
	result = dirfile_rewrite(fd, text);
	saved = errno;
	if (result == -1)
		remove_empty(dir, name, fd);
	close(fd);
	return errno = saved, result;
}
