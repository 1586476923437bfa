/*
 * dirfile.h - files of one line in a directory, by which processes tell each other
 * something: a reader sees one text or the next, never a mixture.
 */
#ifndef DIRFILE_H
#define DIRFILE_H

#include <sys/types.h>

/*
 * Read it up to size - 1 bytes, without newline and blanks at the end, and end it
 * with a NUL; how many there are, or -1 with the errno of openat(2) or read(2).
 */
ssize_t	dirfile_read(int dir, const char *name, char *text, size_t size);

/*
 * Write it and a newline beside, as .NAME.PID, which no other process does, and let
 * that take the name.  Where there is no room for that, it is written over the line
 * that is there: with blanks at the end, if need be, and then a reader might see a
 * mixture.  EACCES, ENAMETOOLONG, ENOSPC ...
 */
int	dirfile_write(int dir, const char *name, const char *text);

/* Does this errno say that there is no room? */
int	dirfile_is_full(int error);

#endif
