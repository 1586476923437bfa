/*
 * os_cgroup.h - what each system must provide about control groups.
 *
 * One os_<system>_cgroup.c, or os_<system>.c, implements this.  Only cgroup.c
 * calls it.
 */
#ifndef OS_CGROUP_H
#define OS_CGROUP_H

#include <stddef.h>

/*
 * Write the path of the directory of this process's cgroup (version 2) into the
 * size bytes at buf.  0, or -1 with ENOSYS: there is none, or it is not
 * mounted here; or ENAMETOOLONG.
 */
int	os_cgroup(char *buf, size_t size);

#endif
