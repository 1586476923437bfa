/*
 * procargs.h - parse the arguments that sysctl(3) returns on macOS.
 *
 * KERN_PROCARGS2 copies the top of the process's stack: an int argc; the path
 * that was executed; NULs up to a multiple of 8 bytes from the start of that
 * path (4 in a 32-bit program); argc strings; the environment; NULs; and
 * strings that the system adds, the first of which starts with `pfz=0x'.  The
 * process can write to this memory, so the copy may hold anything.
 *
 *  1. An empty argument, or an empty entry, MUST NOT end the search.
 *  2. The system's strings MUST NOT be taken for the environment.
 *  3. Bytes behind the buffer MUST NOT be read, whatever it holds.
 */
#ifndef PROCARGS_H
#define PROCARGS_H

#include <sys/types.h>
#include <stddef.h>

/*
 * Find the environment in the len bytes at buf.  *start becomes its offset.
 * Return its length: entries with a NUL after each, except a last one that was
 * cut off.  0: there is none, or the system withheld it.  -1 with EBADMSG: buf
 * is no such copy, or it ends within the arguments.
 */
ssize_t	procargs_environ(const char *buf, size_t len, size_t *start);

#endif
