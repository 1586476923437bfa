/* sysctl.h - of Apple's, what common/sys/os_darwin.c asks for; see ../../shim.c. */
#ifndef SYS_SYSCTL_H
#define SYS_SYSCTL_H

#include <stddef.h>

#define CTL_KERN	1
#define KERN_PROCARGS2	49

int	sysctl(int *, unsigned int, void *, size_t *, void *, size_t);
int	sysctlbyname(const char *, void *, size_t *, void *, size_t);

#endif
