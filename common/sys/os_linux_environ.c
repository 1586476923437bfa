/* os_linux_environ.c - /proc/PID/environ, cmdline.  Seen on Linux 6.1 and 6.18. */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sys/os.h"
#include "sys/os_linux_procfs.h"

#define ENVIRON_SIZE	65536
#define ENVIRON_MAX	(16 << 20)	/* an exec takes 6 MiB (6.18) */

/*
 * Read all of fd into *buf in one pread(2) and add a NUL.  Between two calls an
 * exec could replace the block.
 */
static ssize_t
read_grown(int fd, char **buf, size_t *size)
{
	ssize_t n = -1;

	while (*size == 0 ||
	    (n = pread(fd, *buf, *size - 1, 0)) == (ssize_t)*size - 1) {
		size_t larger = *size == 0 ? ENVIRON_SIZE : *size * 4;
		char *p;

		if (larger > ENVIRON_MAX)
			return errno = EFBIG, -1;
		if ((p = realloc(*buf, larger)) == NULL)
			return -1;
		*buf = p;
		*size = larger;
	}
	if (n >= 0)
		(*buf)[n] = '\0';
	return n;
}

/*
 * The environment file was empty: is the environment empty?  Then its start and
 * end, fields 50 and 51, are equal and not 0.  They are also equal for a moment
 * of an exec, but then field 27, the end of the code, is still 0 (Linux 6.18).
 */
static int
is_empty(const char *line)
{
	unsigned long long end = procfs_number(line, 51);

	return (procfs_number(line, 9) & PROCFS_KTHREAD) != 0 ||
	    (end != 0 && end == procfs_number(line, 50) &&
	    procfs_number(line, 27) != 0);
}

static ssize_t
read_and_close(int fd, char **buf, size_t *size)
{
	ssize_t n = read_grown(fd, buf, size);
	int saved = errno;

	close(fd);
	return errno = saved, n;
}

/* Read the first thread's environment. */
static ssize_t
read_of_first(pid_t pid, char **buf, size_t *size)
{
	int fd = procfs_open(pid, "environ");

	return fd == -1 ? -1 : read_and_close(fd, buf, size);
}

/* 0: this thread has ended, too, or has given up its memory. */
static ssize_t
read_of_thread(int task, const char *tid, char **buf, size_t *size)
{
	char path[64];
	int fd;

	snprintf(path, sizeof path, "%.20s/environ", tid);
	fd = openat(task, path, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return errno == ESRCH || errno == ENOENT ? 0 : -1;
	return read_and_close(fd, buf, size);
}

/* Try all threads but the first until one has it.  ESRCH: none has. */
static ssize_t
read_of_others(pid_t pid, char **buf, size_t *size)
{
	int task = procfs_open(pid, "task"), saved;
	struct dirent *entry;
	DIR *dir;
	ssize_t n = 0;

	if (task == -1)
		return -1;
	if ((dir = fdopendir(task)) == NULL) {
		close(task);
		return -1;
	}
	while (n == 0 && (entry = readdir(dir)) != NULL)
		if (*entry->d_name != '.' &&
		    strtol(entry->d_name, NULL, 10) != pid)
			n = read_of_thread(task, entry->d_name, buf, size);
	saved = n == 0 ? ESRCH : errno;
	closedir(dir);
	return errno = saved, n == 0 ? -1 : n;
}

/*
 * An exiting thread gives up its memory before it is a zombie.  In between, its
 * environment is empty, or its file belongs to root and gives EACCES (seen on
 * 6.18).
 */
ssize_t
os_proc_environ(pid_t pid, char **buf, size_t *size)
{
	ssize_t n = read_of_first(pid, buf, size);
	int refused = n == -1 && errno == EACCES;
	char line[PROCFS_STAT];

	if (n > 0 || (n == -1 && errno != EACCES && errno != ESRCH))
		return n;
	if (procfs_stat(pid, line) == -1)
		return -1;
	if ((procfs_number(line, 9) & PROCFS_EXITING) != 0) {
		if (procfs_number(line, 20) > 1)
			return read_of_others(pid, buf, size);
		return errno = ESRCH, -1;
	}
	if (!refused && is_empty(line))
		return 0;
	return errno = refused ? EACCES : EAGAIN, -1;
}

/* A process that has overwritten its arguments has what it put there. */
int
os_proc_program(pid_t pid, char *buf, size_t size)
{
	char text[4096], *name;
	int fd = procfs_open(pid, "cmdline"), saved;
	ssize_t n;

	if (fd == -1)
		return -1;
	n = read(fd, text, sizeof text - 1);
	saved = n == 0 ? ESRCH : errno;
	close(fd);
	if (n <= 0)
		return errno = saved, -1;
	text[n] = '\0';
	name = strrchr(text, '/');
	snprintf(buf, size, "%s", name != NULL ? name + 1 : text);
	return 0;
}
