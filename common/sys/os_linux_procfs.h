/* os_linux_procfs.h - the files of one process in /proc, for os_linux*.c. */
#ifndef OS_LINUX_PROCFS_H
#define OS_LINUX_PROCFS_H

#include <sys/types.h>

#include "sys/procinfo.h"

#define PROCFS_STAT	1024		/* bytes that hold any stat line */
#define PROCFS_KTHREAD	0x00200000U	/* PF_ flags, in field 9 of stat */
#define PROCFS_EXITING	0x00000004U

/* Is /proc mounted?  1 or 0.  Safe between fork and exec. */
int	procfs_is_mounted(void);

/*
 * Open /proc/PID/file, or the directory if file is ""; file has 32 bytes at
 * most.  Return a close-on-exec descriptor, or -1 with ESRCH: there is no such
 * process; ENOSYS: /proc is not mounted; or the errno of openat(2).  Safe
 * between fork and exec.
 */
int	procfs_open(pid_t pid, const char *file);

/* Read /proc/PID/stat.  Errors as procfs_open.  Safe between fork and exec. */
int	procfs_stat(pid_t pid, char line[PROCFS_STAT]);

/* Return field n of a stat line, 3 or more; 0 if there is none. */
unsigned long long	procfs_number(const char *line, int n);

/*
 * Fill in *info, except its pid, from a stat line.  0, or -1 with EBADMSG: it
 * is no such line.
 */
int	procfs_parse(const char *line, struct procinfo *info);

/*
 * Does /proc show this process's PID namespace?  0, or -1 with EXDEV: it shows
 * another one; ENOSYS: /proc is not mounted.
 */
int	procfs_is_ours(void);

#endif
