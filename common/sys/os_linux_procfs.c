/* os_linux_procfs.c - /proc/PID.  Facts seen on Linux 6.1, 6.12 and 6.18. */
#include "config.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sys/os.h"
#include "sys/os_linux_procfs.h"

#define PATH_SIZE	64

/* lstat: of another PID namespace, /proc/self exists but leads nowhere. */
int
procfs_is_mounted(void)
{
	struct stat st;

	return lstat("/proc/self", &st) == 0;
}

/* Return the start of the name in path.  No stdio: safe after fork. */
static char *
make_path(char path[PATH_SIZE], pid_t pid, const char *file)
{
	char *p = path + PATH_SIZE - strlen(file) - 1;
	unsigned long n = (unsigned long)pid;

	memcpy(p, file, strlen(file) + 1);
	*--p = '/';
	do
		*--p = (char)('0' + n % 10);
	while ((n /= 10) > 0);
	p -= strlen("/proc/");
	memcpy(p, "/proc/", strlen("/proc/"));
	return p;
}

/* Return -1.  ENOENT means that the process is gone, or /proc not mounted. */
static int
vanished(void)
{
	if (errno == ENOENT)
		errno = procfs_is_mounted() ? ESRCH : ENOSYS;
	return -1;
}

/* Return -1.  A process that exists is hidden by the option hidepid= of /proc. */
static int
hidden(pid_t pid)
{
	if (errno == ESRCH)
		errno = kill(pid, 0) == 0 || errno == EPERM ? EACCES : ESRCH;
	return -1;
}

/* openat(2), because musl's open(2) adds a call to set FD_CLOEXEC again. */
int
procfs_open(pid_t pid, const char *file)
{
	char path[PATH_SIZE];
	int fd = openat(AT_FDCWD, make_path(path, pid, file),
	    O_RDONLY | O_CLOEXEC);

	return fd == -1 ? vanished() : fd;
}

/* If the file is empty, the process is gone. */
int
procfs_stat(pid_t pid, char line[PROCFS_STAT])
{
	int fd = procfs_open(pid, "stat"), saved;
	ssize_t n;

	if (fd == -1)
		return hidden(pid);
	n = read(fd, line, PROCFS_STAT - 1);
	saved = n == 0 ? ESRCH : errno;
	close(fd);
	if (n <= 0)
		return errno = saved, -1;
	line[n] = '\0';
	return 0;
}

/* Return p behind the next n blanks, or "". */
static const char *
skip(const char *p, int n)
{
	for (; p != NULL && n > 0; n--)
		if ((p = strchr(p, ' ')) != NULL)
			p++;
	return p != NULL ? p : "";
}

/*
 * Return field n, 3 or more, of "PID (NAME) STATE PPID PGRP ..."; or "".  NAME
 * may hold blanks, newlines and parentheses: the last parenthesis ends it.
 */
static const char *
field(const char *line, int n)
{
	return skip(strrchr(line, ')'), n - 2);
}

static unsigned long long
number(const char *p)
{
	return strtoull(p, NULL, 10);
}

unsigned long long
procfs_number(const char *line, int n)
{
	return number(field(line, n));
}

/*
 * The state in field 3.  If the first thread has ended, the process has that of
 * a zombie, but it lives as long as it has other threads (field 20).
 */
static enum procstate
state(const char *p)
{
	switch (*p) {
	case 'Z':
		return number(skip(p, 17)) > 1 ? PROC_LIVE : PROC_DEAD;
	case 'X':
	case 'x':
		return PROC_DEAD;
	case 'T':
	case 't':
		return PROC_STOPPED;
	default:
		return PROC_LIVE;
	}
}

int
procfs_parse(const char *line, struct procinfo *info)
{
	const char *name = strchr(line, '('), *end = strrchr(line, ')');
	size_t len;

	if (name == NULL || end == NULL || end < name || end[1] != ' ')
		return errno = EBADMSG, -1;
	len = (size_t)(end - ++name);
	if (len >= sizeof info->name)
		len = sizeof info->name - 1;
	memcpy(info->name, name, len);
	info->name[len] = '\0';
	info->state = state(end = skip(end, 1));
	info->ppid = (pid_t)number(end = skip(end, 1));
	info->pgid = (pid_t)number(end = skip(end, 1));
	info->sid = (pid_t)number(end = skip(end, 1));
	info->kernel = (number(end = skip(end, 3)) & PROCFS_KTHREAD) != 0;
	info->start = number(skip(end, 13));
	return 0;
}

int
os_proc_info(pid_t pid, struct procinfo *info)
{
	char line[PROCFS_STAT];

	if (procfs_stat(pid, line) == -1)
		return -1;
	info->pid = pid;
	return procfs_parse(line, info);
}

/*
 * The directory always belongs to the effective user.  The files in it belong
 * to root if the process is undumpable.
 */
int
os_proc_owner(pid_t pid, uid_t *uid)
{
	char path[PATH_SIZE];
	struct stat st;

	if (stat(make_path(path, pid, ""), &st) == -1)
		return vanished(), hidden(pid);
	*uid = st.st_uid;
	return 0;
}
