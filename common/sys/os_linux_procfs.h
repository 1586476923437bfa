/* os_linux_procfs.h - the files of one process in /proc, for os_linux*.c. */
#ifndef OS_LINUX_PROCFS_H
#define OS_LINUX_PROCFS_H

#include <sys/types.h>

#include "sys/procinfo.h"

#define PROCFS_STAT	1024		/* bytes that hold any line of stat */
#define PROCFS_KTHREAD	0x00200000U	/* PF_ flags in its field 9 */
#define PROCFS_EXITING	0x00000004U

/* Is there a /proc?  1 or 0.  Safe between fork and exec. */
int	procfs_is_mounted(void);

/*
 * Open /proc/PID/file, or the directory for ""; file has 32 bytes at most.
 * ESRCH: there is no such process; ENOSYS: there is no /proc.  Safe between
 * fork and exec.
 */
int	procfs_open(pid_t pid, const char *file);

/* Read the line of /proc/PID/stat.  ESRCH, ENOSYS.  Safe between fork and exec. */
int	procfs_stat(pid_t pid, char line[PROCFS_STAT]);

/* Field n of such a line, 3 or more; 0 if there is none. */
unsigned long long	procfs_number(const char *line, int n);

/*
 * What the line says of its process: all of *info but pid.  EBADMSG: it is no
 * such line.
 */
int	procfs_parse(const char *line, struct procinfo *info);

/* A mounted /proc can belong to another PID namespace: EXDEV; ENOSYS: there is none. */
int	procfs_is_ours(void);

#endif
