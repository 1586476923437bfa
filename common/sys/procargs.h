/*
 * procargs.h - what sysctl(3) tells of a process's arguments on macOS.
 *
 * KERN_PROCARGS2 copies the top of the process's stack: an int argc, the path
 * that was executed, NULs to a multiple of 8 bytes from the start of that path
 * (of 4 in a program of 32 bits), argc strings, the environment, NULs, and the
 * strings that the system adds, the first of which starts with `pfz=0x'.  It is
 * the memory of the process as it is by now, so it may hold anything.
 *
 *  1. An empty argument, or an empty entry, MUST NOT end anything.
 *  2. What the system adds MUST NOT be taken for the environment.
 *  3. Whatever the buffer holds, no byte behind it MUST be read.
 */
#ifndef PROCARGS_H
#define PROCARGS_H

#include <sys/types.h>
#include <stddef.h>

/*
 * Find the environment in the len bytes of such a buffer: *start is where it
 * begins, and the length is returned: entries with a NUL after each but a last
 * one that was cut off.  0: there is none, or the system kept it back.
 * EBADMSG: it is no such buffer, or ends before the last argument does.
 */
ssize_t	procargs_environ(const char *buf, size_t len, size_t *start);

#endif
