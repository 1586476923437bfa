/* os_linux.c - /proc and prctl(2).  Facts seen on Linux 6.1, 6.12 and 6.18. */
#include "config.h"

#include <sys/prctl.h>
#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sys/os.h"
#include "sys/os_linux_procfs.h"

#define PATH_SIZE		64
#define BOOT_ID			"/proc/sys/kernel/random/boot_id"

/*
 * The PIDs of this process in two namespaces can be equal by chance.  NSpid
 * lists its PIDs from /proc's namespace down to its own (Linux 4.1).
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

int
procfs_is_ours(void)
{
	char self[PATH_SIZE];
	ssize_t n = readlink("/proc/self", self, sizeof self - 1);

	if (n == -1 && errno == ENOENT && procfs_is_mounted())
		n = readlink("/proc/self", self, sizeof self - 1);
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

	if (procfs_is_ours() == -1 || (dir = opendir("/proc")) == NULL)
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

/* Return -1; ENOENT becomes ENOSYS if /proc is not mounted. */
static int
no_file(void)
{
	if (errno == ENOENT && !procfs_is_mounted())
		errno = ENOSYS;
	return -1;
}

/* A pass over /proc takes time, in which processes appear. */
int
os_group_list(pid_t pgid, int (*visit)(pid_t, void *), void *arg)
{
	(void)pgid, (void)visit, (void)arg;
	return errno = ENOSYS, -1;
}

static ssize_t
read_file(const char *path, char *buf, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd == -1)
		return no_file();
	n = read(fd, buf, size - 1);
	close(fd);
	if (n == -1)
		return -1;
	buf[n] = '\0';
	return n;
}

/*
 * Is this file of /proc the kernel's own?  Containers (LXC, Incus, Proxmox)
 * often mount a file of lxcfs over /proc/loadavg, whose last number belongs to
 * another system.  The kernel's own is on the device of /proc/self.
 */
static int
is_on_proc(int fd)
{
	struct stat file, self;

	return fstat(fd, &file) == 0 && lstat("/proc/self", &self) == 0 &&
	    file.st_dev == self.st_dev;
}

pid_t
os_last_pid(void)
{
	char line[128];
	const char *p;
	int fd = open("/proc/loadavg", O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd == -1)
		return errno = ENOSYS, -1;
	n = is_on_proc(fd) ? read(fd, line, sizeof line - 1) : -1;
	close(fd);
	line[n > 0 ? n : 0] = '\0';
	if ((p = strrchr(line, ' ')) == NULL)
		return errno = ENOSYS, -1;
	return (pid_t)strtol(p, NULL, 10);
}

const char *
os_lack(void)
{
	if (!procfs_is_mounted())
		return "/proc is not mounted";
	/* subset=pid of /proc */
	return access(BOOT_ID, R_OK) == -1 ? BOOT_ID " cannot be read" : NULL;
}

int
os_subreaper(void)
{
	return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
}

int
os_boot(char *buf, size_t size)
{
	if (read_file(BOOT_ID, buf, size) == -1)
		return errno == ENOENT ? (errno = ENOSYS, -1) : -1;
	buf[strcspn(buf, "\n ")] = '\0';
	return 0;
}

int
os_namespace(char *buf, size_t size)
{
	struct stat st;

	if (stat("/proc/self/ns/pid", &st) == -1)
		return no_file();
	snprintf(buf, size, "%llu", (unsigned long long)st.st_ino);
	return 0;
}
