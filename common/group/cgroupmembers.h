/*
 * cgroupmembers.h - whoever is in a cgroup or below it, to be signalled.
 */
#ifndef CGROUPMEMBERS_H
#define CGROUPMEMBERS_H

#include <sys/types.h>

#include "group/cgroup.h"

/*
 * Call visit(pid, arg) for every process in it and in the groups below, until
 * it returns non-zero; return that, or 0.  Zombies are none, nor are processes
 * of other PID namespaces, which have no number here.  -1 and errno: ENOMEM,
 * EMFILE, EACCES.
 */
int	cgroupmembers_each(const struct cgroup *c,
	    int (*visit)(pid_t, void *), void *arg);

/* Kill them all at once, without a race.  ENOENT (Linux before 5.14), EACCES. */
int	cgroupmembers_kill(const struct cgroup *c);

#endif
