/*
 * dirfile.h - small files in a directory, by which processes tell each other
 * something: a reader sees one text or the next, never a mixture.
 */
#ifndef DIRFILE_H
#define DIRFILE_H

#include <sys/types.h>

/*
 * Read it up to size - 1 bytes, and end it with a NUL; how many there are, or -1
 * with the errno of openat(2) or read(2).
 */
ssize_t	dirfile_read(int dir, const char *name, char *text, size_t size);

/*
 * Write it beside, as .NAME.PID, which no other process does, and let that take
 * the name.  EACCES, ENOSPC, ENAMETOOLONG ...
 */
int	dirfile_write(int dir, const char *name, const char *text, size_t len);

#endif
