/* procref.h - is the process that a handle names alive? */
#ifndef PROCREF_H
#define PROCREF_H

#include "proc/handle.h"

/*
 * Open a descriptor (or -1, where the system has none) for the one process
 * that id names, readable by poll(2) once the process is dead.  0, or -1 with
 * ESRCH: it is dead, a zombie, or the number is another's now.
 */
int	procref_open(const struct handle *id, int *ref);

/* The same with no descriptor: 1 or 0. */
int	procref_alive(const struct handle *id);

#endif
