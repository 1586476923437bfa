/*
 * bytes.h: give an input to a driver as text, as a file, or in a folder.  Each
 * block has exactly the size of its contents, so that a sanitizer sees an
 * access beyond it.  Files that a driver leaves in the temporary folder are
 * removed at its end.
 */
#ifndef BYTES_H
#define BYTES_H

#include <sys/stat.h>
#include <sys/types.h>

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BYTES_FILES	2	/* that a driver has at the same time */

static char	bytes_folder_path[4096];

/* A copy that ends in a NUL. */
static inline char *
bytes_text(const void *p, size_t size)
{
	char *s = malloc(size + 1);

	if (s == NULL)
		exit(125);
	if (size > 0)
		memcpy(s, p, size);
	s[size] = '\0';
	return s;
}

/* A copy of just these bytes. */
static inline char *
bytes_copy(const void *p, size_t size)
{
	char *s = malloc(size > 0 ? size : 1);

	if (s == NULL)
		exit(125);
	if (size > 0)
		memcpy(s, p, size);
	return s;
}

/* A file of these bytes, open at its start; it stays open for the next. */
static inline int
bytes_file(int which, const void *data, size_t size)
{
	static FILE *f[BYTES_FILES];
	int fd;

	if (f[which] == NULL && (f[which] = tmpfile()) == NULL)
		exit(125);
	fd = fileno(f[which]);
	/* Not cut to nothing first: ext4 flushes such a file when it is closed. */
	if (pwrite(fd, data, size, 0) != (ssize_t)size ||
	    ftruncate(fd, (off_t)size) == -1 || lseek(fd, 0, SEEK_SET) == -1)
		exit(125);
	return fd;
}

/* The path of such a file. */
static inline const char *
bytes_path(int which, const void *data, size_t size)
{
	static char path[BYTES_FILES][32];

	snprintf(path[which], sizeof path[which], "/dev/fd/%d",
	    bytes_file(which, data, size));
	return path[which];
}

static inline void
bytes_remove_folder(void)
{
	(void)rmdir(bytes_folder_path);
}

/* A new folder, which the driver leaves empty. */
static inline int
bytes_folder(void)
{
	const char *tmp = getenv("TMPDIR");
	int fd;

	snprintf(bytes_folder_path, sizeof bytes_folder_path,
	    "%s/fuzz.XXXXXX", tmp != NULL ? tmp : "/tmp");
	if (mkdtemp(bytes_folder_path) == NULL ||
	    atexit(bytes_remove_folder) != 0)
		exit(125);
	fd = open(bytes_folder_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd == -1)
		exit(125);
	return fd;
}

/* The first byte, taken from the input; 0 if it has none. */
static inline uint8_t
bytes_take(const uint8_t **data, size_t *size)
{
	if (*size == 0)
		return 0;
	--*size;
	return *(*data)++;
}

#endif
