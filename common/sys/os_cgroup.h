/*
 * os_cgroup.h - what each system must tell about control groups.
 *
 * One os_<system>_cgroup.c, or os_<system>.c, fulfils this.  Only cgroup.c
 * calls it.
 */
#ifndef OS_CGROUP_H
#define OS_CGROUP_H

#include <stddef.h>

/*
 * The folder of the cgroup (version 2) that we are in, wherever that is
 * mounted.  ENOSYS: there is none, or it is not in sight; ENAMETOOLONG.
 */
int	os_cgroup(char *buf, size_t size);

#endif
