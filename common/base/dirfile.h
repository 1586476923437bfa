/*
 * dirfile.h - files of one line in a directory, for messages between
 * processes.  A reader sees the old line or the new one, never a mixture.
 *
 *  1. The writer overwrites the old line in one write(2) and covers the rest
 *     of a longer one with newlines.  Only the first write needs disk space.
 *     The reader reads until two reads in a row return the same text, with a
 *     newline.
 *  2. A file that is not regular (a FIFO, a device, a symbolic link), or that
 *     belongs to another user, MUST NOT be read or written (EPERM), and
 *     MUST NOT block.
 */
#ifndef DIRFILE_H
#define DIRFILE_H

#include <sys/types.h>
#include <stddef.h>

#define DIRFILE_SIZE	64	/* bytes that hold any line and its newline */

/*
 * Read the line, size - 1 bytes of it at most, into text, with a NUL at the
 * end and without trailing newline and blanks.  Return its length, or -1 with
 * EPERM (rule 2) or the errno of openat(2) or pread(2).
 */
ssize_t	dirfile_read(int dir, const char *name, char *text, size_t size);

/*
 * Write text and a newline; create a file that is missing.  0, or -1 with
 * EMSGSIZE (DIRFILE_SIZE bytes or more), EPERM (rule 2) or the errno of
 * openat(2) or pwrite(2): EACCES, ENOSPC ...
 */
int	dirfile_write(int dir, const char *name, const char *text);

/* Write text and a newline to an open file.  Errors as dirfile_write. */
int	dirfile_rewrite(int fd, const char *text);

/* As openat(2) with mode 0600, by rule 2 (EPERM); close-on-exec. */
int	dirfile_open(int dir, const char *name, int flags);

/* Return the words for an errno of these functions, for a message. */
const char	*dirfile_reason(int error);

/* Does this errno mean that the disk or the quota is full?  1 or 0. */
int	dirfile_is_full(int error);

#endif
