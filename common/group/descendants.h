/*
 * descendants.h - the processes that descend from one.
 *
 *  1. A process that is missed, as its parent's list of children may lack some
 *     while others are reaped, has a parent that lives and is no process to be
 *     passed over; or it falls to a subreaper above it.
 *  2. If nobody but the caller reaps the children of top, and top is a subreaper,
 *     no child of it that lives all the time is missed.
 */
#ifndef DESCENDANTS_H
#define DESCENDANTS_H

#include <sys/types.h>
#include <stddef.h>

/*
 * Call visit(pid, arg) for the children of top, and for those of each process for
 * which it returns 0; 1 passes over what is below that one, and -1 ends it.  A
 * process may be visited twice if it loses its parent meanwhile.  Return how many
 * ended before their children could be read; -1 and errno of visit, ENOMEM, EXDEV,
 * or ENOSYS: the system does not tell.
 */
long	descendants_list(pid_t top, int (*visit)(pid_t, void *), void *arg);

#endif
