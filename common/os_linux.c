/* os_linux.c - /proc.  Facts seen on Linux 6.1, 6.12 and 6.18. */
#include "config.h"

#include <sys/prctl.h>
#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "os.h"

#define KTHREAD			0x00200000U	/* PF_ in stat's flags */
#define EXITING			0x00000004U

#define PATH_SIZE		64
#define STAT_SIZE		1024
#define ENVIRON_SIZE		65536
#define ENVIRON_MAX		(16 << 20)	/* an exec takes 6 MiB (6.18) */

/*
 * Open /proc/PID/file, or the directory for ""; no stdio, for it runs between
 * fork and exec.  ENOENT is how /proc says that a process is gone.
 */
static int
proc_open(pid_t pid, const char *file)
{
	char path[PATH_SIZE], *p = path + sizeof path - strlen(file) - 1;
	unsigned long n = (unsigned long)pid;
	int fd;

	memcpy(p, file, strlen(file) + 1);
	*--p = '/';
	do
		*--p = (char)('0' + n % 10);
	while ((n /= 10) > 0);
	p -= strlen("/proc/");
	memcpy(p, "/proc/", strlen("/proc/"));
	fd = open(p, O_RDONLY | O_CLOEXEC);
	if (fd == -1 && errno == ENOENT)
		errno = ESRCH;
	return fd;
}

/*
 * Two of our numbers can be equal by chance: NSpid lists them all, from that of
 * the namespace of /proc to our own (Linux 4.1).
 */
static int
has_outer_number(void)
{
	char text[4096], *p, *end;
	ssize_t n;
	int fd = open("/proc/self/status", O_RDONLY | O_CLOEXEC);

	if (fd == -1)
		return 0;
	n = read(fd, text, sizeof text - 1);
	close(fd);
	text[n > 0 ? n : 0] = '\0';
	if ((p = strstr(text, "\nNSpid:\t")) == NULL)
		return 0;
	strtol(p + strlen("\nNSpid:\t"), &end, 10);
	return *end == '\t';
}

/* A mounted /proc can belong to another PID namespace. */
static int
proc_is_ours(void)
{
	char self[PATH_SIZE];
	ssize_t n = readlink("/proc/self", self, sizeof self - 1);

	if (n == -1)
		return errno == ENOENT ? (errno = ENOSYS, -1) : -1;
	self[n] = '\0';
	if (strtol(self, NULL, 10) != getpid() || has_outer_number())
		return errno = EXDEV, -1;
	return 0;
}

int
os_proc_list(int (*visit)(pid_t, void *), void *arg)
{
	struct dirent *entry = NULL;
	DIR *dir;
	int result = 0, saved;

	if (proc_is_ours() == -1 || (dir = opendir("/proc")) == NULL)
		return -1;
	while (result == 0 && (errno = 0, entry = readdir(dir)) != NULL) {
		char *end;
		long pid = strtol(entry->d_name, &end, 10);

		if (*end == '\0' && pid > 0 && pid <= INT_MAX)
			result = visit((pid_t)pid, arg);
	}
	if (entry == NULL && errno != 0)
		result = -1;
	saved = errno;
	closedir(dir);
	return errno = saved, result;
}

/* Read a whole small file of /proc; 0 bytes is a process that vanished. */
static ssize_t
proc_read(int fd, char *buf, size_t size)
{
	ssize_t n = read(fd, buf, size - 1);

	if (n == 0)
		return errno = ESRCH, -1;
	if (n > 0)
		buf[n] = '\0';
	return n;
}

static ssize_t
read_file(const char *path, char *buf, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd == -1)
		return -1;
	n = proc_read(fd, buf, size);
	close(fd);
	return n;
}

static enum procstate
state_of(char letter)
{
	if (letter == 'Z' || letter == 'X' || letter == 'x')
		return PROC_DEAD;
	return letter == 'T' || letter == 't' ? PROC_STOPPED : PROC_LIVE;
}

/*
 * Field n of "PID (NAME) STATE PPID PGRP ...", 3 or more, or "".  The name may
 * hold blanks, newlines and parentheses, so the last one ends it.
 */
static const char *
stat_field(const char *line, int n)
{
	const char *p = strrchr(line, ')');

	for (; p != NULL && n > 2; n--)
		if ((p = strchr(p, ' ')) != NULL)
			p++;
	return p != NULL ? p : "";
}

static unsigned long long
stat_number(const char *line, int n)
{
	return strtoull(stat_field(line, n), NULL, 10);
}

static int
parse_stat(const char *line, struct procinfo *info)
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
	info->state = state_of(*stat_field(line, 3));
	info->ppid = (pid_t)stat_number(line, 4);
	info->pgid = (pid_t)stat_number(line, 5);
	info->sid = (pid_t)stat_number(line, 6);
	info->kernel = (stat_number(line, 9) & KTHREAD) != 0;
	info->start = stat_number(line, 22);
	return 0;
}

/*
 * The line, and whose the process is.  Of the files of one that is undumpable
 * root is the owner, but of its directory always the effective user.
 */
static int
read_stat(pid_t pid, char line[STAT_SIZE], uid_t *uid)
{
	struct stat st;
	int dir = proc_open(pid, ""), fd, saved;
	ssize_t n = -1;

	if (dir == -1)
		return -1;
	fd = openat(dir, "stat", O_RDONLY | O_CLOEXEC);
	if (fd != -1 && fstat(dir, &st) == 0)
		n = proc_read(fd, line, STAT_SIZE);
	saved = errno == ENOENT ? ESRCH : errno;
	if (fd != -1)
		close(fd);
	close(dir);
	if (n == -1)
		return errno = saved, -1;
	*uid = st.st_uid;
	return 0;
}

int
os_proc_info(pid_t pid, struct procinfo *info)
{
	char line[STAT_SIZE];

	if (read_stat(pid, line, &info->uid) == -1)
		return -1;
	info->pid = pid;
	return parse_stat(line, info);
}

/*
 * Read all of fd into *buf, and a NUL behind it, in one call: between two of
 * them an exec can take the block away.
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

static int
is_exiting(const char *line)
{
	return (stat_number(line, 9) & EXITING) != 0 ||
	    state_of(*stat_field(line, 3)) == PROC_DEAD;
}

/*
 * It read empty.  Return 0 if it is: its ends, fields 50 and 51, are the same.
 * So they are for a moment in an exec, after having been 0; but only then
 * does field 27, the end of the code, stop being 0 (Linux 6.18).
 */
static ssize_t
judge_empty(pid_t pid)
{
	char line[STAT_SIZE];
	unsigned long long flags, end;
	uid_t uid;

	if (read_stat(pid, line, &uid) == -1)
		return -1;
	flags = stat_number(line, 9);
	end = stat_number(line, 51);
	if ((flags & KTHREAD) != 0 || (end != 0 &&
	    end == stat_number(line, 50) && stat_number(line, 27) != 0))
		return 0;
	errno = is_exiting(line) ? ESRCH : EAGAIN;
	return -1;
}

/*
 * A process that has given up its memory is root's until it is a zombie (seen
 * on 6.18), so that its own user is refused.
 */
static ssize_t
judge_refused(pid_t pid)
{
	char line[STAT_SIZE];
	uid_t uid;

	if (read_stat(pid, line, &uid) == -1)
		return -1;
	errno = is_exiting(line) ? ESRCH : EACCES;
	return -1;
}

ssize_t
os_proc_environ(pid_t pid, char **buf, size_t *size)
{
	int fd = proc_open(pid, "environ"), saved;
	ssize_t n;

	if (fd == -1)
		return errno == EACCES ? judge_refused(pid) : -1;
	n = read_grown(fd, buf, size);
	saved = errno;
	close(fd);
	errno = saved;
	return n == 0 ? judge_empty(pid) : n;
}

pid_t
os_last_pid(void)
{
	char line[128];
	const char *p;

	if (read_file("/proc/loadavg", line, sizeof line) == -1 ||
	    (p = strrchr(line, ' ')) == NULL)
		return errno = ENOSYS, -1;
	return (pid_t)strtol(p, NULL, 10);
}

int
os_subreaper(void)
{
	return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
}

int
os_boot(char *buf, size_t size)
{
	if (read_file("/proc/sys/kernel/random/boot_id", buf, size) == -1)
		return -1;
	buf[strcspn(buf, "\n ")] = '\0';
	return 0;
}

int
os_namespace(char *buf, size_t size)
{
	struct stat st;

	if (stat("/proc/self/ns/pid", &st) == -1)
		return -1;
	snprintf(buf, size, "%llu", (unsigned long long)st.st_ino);
	return 0;
}
