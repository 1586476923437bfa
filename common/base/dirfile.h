/*
 * dirfile.h - files of one line in a directory, by which processes tell each other
 * something: a reader sees one line or the next, never a mixture.
 *
 *  1. A line is written in its place, in one write, with newlines over what was
 *     longer: that needs no room but the first time.  A reader looks again until
 *     it has seen the same twice, with a newline.
 *  2. What is no regular file of ours MUST NOT be read or written (EPERM), and
 *     MUST NOT block: a FIFO, a device, a symbolic link, a stranger's file.
 */
#ifndef DIRFILE_H
#define DIRFILE_H

#include <sys/types.h>
#include <stddef.h>

#define DIRFILE_SIZE	64	/* bytes that hold any line and its newline */

/*
 * Read the line up to size - 1 bytes, without newline and blanks at the end, and end
 * it with a NUL; how long it is, or -1 with the errno of openat(2) or read(2).
 */
ssize_t	dirfile_read(int dir, const char *name, char *text, size_t size);

/* Write it; the file is made if it is missing.  EACCES, EPERM, EMSGSIZE, ENOSPC ... */
int	dirfile_write(int dir, const char *name, const char *text);

/* The same to an open file. */
int	dirfile_rewrite(int fd, const char *text);

/* Open a file of ours, as openat(2) does, by rule 2; close-on-exec. */
int	dirfile_open(int dir, const char *name, int flags);

/* Does this errno say that there is no room? */
int	dirfile_is_full(int error);

#endif
