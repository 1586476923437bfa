/*
 * os_linux_children.c - /proc/PID/task/TID/children.  Facts seen on Linux 6.18.
 */
#include "config.h"

#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "sys/os.h"
#include "sys/os_linux_procfs.h"

struct call {
	int	(*visit)(pid_t, void *);
	void	*arg;
};

/* Read PIDs, each with a blank behind it.  A read may end within a PID. */
static int
read_numbers(int fd, const struct call *c)
{
	char buf[4096];
	long long pid = 0;
	ssize_t n, i;
	int result = 0;

	while (result == 0 && (n = read(fd, buf, sizeof buf)) > 0)
		for (i = 0; i < n && result == 0; i++)
			if (buf[i] >= '0' && buf[i] <= '9') {
				if (pid <= INT_MAX)
					pid = pid * 10 + (buf[i] - '0');
			} else {
				if (pid > 0 && pid <= INT_MAX)
					result = c->visit((pid_t)pid, c->arg);
				pid = 0;
			}
	return result == 0 && n == -1 ? -1 : result;
}

/* ESRCH: the thread has ended, and its children belong to another thread. */
static int
visit_of_thread(int task, const char *tid, const struct call *c)
{
	char path[64];
	int fd, result, saved;

	snprintf(path, sizeof path, "%.20s/children", tid);
	fd = openat(task, path, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return errno == ENOENT || errno == ESRCH ?
		    (errno = ESRCH, -1) : -1;
	result = read_numbers(fd, c);
	saved = errno;
	close(fd);
	return errno = saved, result;
}

/* Visit the children of all threads but the first. */
static int
visit_of_others(int task, pid_t pid, const struct call *c)
{
	int copy = fcntl(task, F_DUPFD_CLOEXEC, 3), result = 0, saved;
	DIR *dir = copy == -1 ? NULL : fdopendir(copy);
	struct dirent *entry;

	if (dir == NULL) {
		if (copy != -1)
			close(copy);
		return -1;
	}
	while (result == 0 && (errno = 0, entry = readdir(dir)) != NULL) {
		if (*entry->d_name == '.' ||
		    strtol(entry->d_name, NULL, 10) == pid)
			continue;
		result = visit_of_thread(task, entry->d_name, c);
		if (result == -1 && errno == ESRCH)
			result = 0;
	}
	if (result == 0 && errno != 0)
		result = -1;
	saved = errno;
	closedir(dir);
	return errno = saved, result;
}

/* The task directory has two links and one more for each thread. */
static int
has_other_threads(int task)
{
	struct stat st;

	return fstat(task, &st) == -1 || st.st_nlink != 3;
}

/*
 * The files exist if the kernel has CONFIG_PROC_CHILDREN.  If this process's
 * own file is missing, the kernel lacks it (ENOSYS).
 */
int
os_proc_children(pid_t pid, int (*visit)(pid_t, void *), void *arg)
{
	const struct call c = { visit, arg };
	int task, result, saved;
	char first[24];

	if (pid == getpid() && procfs_is_ours() == -1)
		return -1;
	if ((task = procfs_open(pid, "task")) == -1)
		return -1;
	snprintf(first, sizeof first, "%ld", (long)pid);
	result = visit_of_thread(task, first, &c);
	if (result == 0 && has_other_threads(task))
		result = visit_of_others(task, pid, &c);
	saved = result == -1 && errno == ESRCH && pid == getpid() ? ENOSYS :
	    errno;
	close(task);
	return errno = saved, result;
}
