/*
 * cgroupmembers.h - the processes in a cgroup and in the groups below it.
 */
#ifndef CGROUPMEMBERS_H
#define CGROUPMEMBERS_H

#include <sys/types.h>

#include "group/cgroup.h"

/*
 * Call visit(pid, arg) for every process in the cgroup and in the groups below,
 * until visit returns non-zero; return that value, or 0.  Zombies are left out,
 * and so are processes of other PID namespaces: they have no PID here.  -1 and
 * errno: ENOMEM, EMFILE, EACCES.
 */
int	cgroupmembers_each(const struct cgroup *c,
	    int (*visit)(pid_t, void *), void *arg);

/*
 * Kill all of them at once, without a race.  Return 0, or -1 with ENOENT (Linux
 * before 5.14), EACCES.
 */
int	cgroupmembers_kill(const struct cgroup *c);

#endif
