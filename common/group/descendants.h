/*
 * descendants.h - the descendants of one process.
 *
 *  1. A list of children may lack some while others are reaped.  A process
 *     that is missed for that reason has a parent that lives and whose
 *     children are visited, or a subreaper above it becomes its parent.
 *  2. If top is a subreaper, and only the caller reaps the children of top,
 *     then no child of top that lives throughout the call is missed.
 */
#ifndef DESCENDANTS_H
#define DESCENDANTS_H

#include <sys/types.h>
#include <stddef.h>

/*
 * Call visit(pid, arg) for the children of top, and for the children of each
 * process for which visit returns 0.  1: do not visit the children of this
 * process; -1: stop.  A process that loses its parent meanwhile may be visited
 * twice.  Return how many processes ended before their children could be read;
 * -1 and errno of visit, ENOMEM, EXDEV, or ENOSYS: the system does not list
 * children.
 */
long	descendants_list(pid_t top, int (*visit)(pid_t, void *), void *arg);

#endif
