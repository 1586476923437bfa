/* procref.h - is the process that a handle names alive? */
#ifndef PROCREF_H
#define PROCREF_H

#include "proc/handle.h"

/*
 * Open a descriptor for the one process that id names.  poll(2) reports *ref
 * readable once the process is dead.  *ref is -1 where the system has no such
 * descriptors.  0, or -1 with ESRCH: the process is dead or a zombie, or its
 * PID belongs to another process now; or as handle_open.
 */
int	procref_open(const struct handle *id, int *ref);

/*
 * Is the process that id names alive?  1 or 0.  If its handle cannot be made,
 * any living process with its PID counts.
 */
int	procref_alive(const struct handle *id);

#endif
