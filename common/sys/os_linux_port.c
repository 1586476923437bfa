/* os_linux_port.c - /proc/net/tcp and the descriptors of processes. */
#include "config.h"

#include <sys/types.h>

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sys/os.h"
#include "sys/os_linux_procfs.h"

#define LISTENING	0x0A
#define NAME		48	/* bytes that hold socket:[INODE] */

struct search {
	char	name[NAME];	/* of the socket, as in /proc/PID/fd */
	pid_t	pid;		/* that has it open; 0: not found */
};

/* Return the line from its n'th field on, counted from 0; or "". */
static const char *
field(const char *line, int n)
{
	line += strspn(line, " ");
	for (; n > 0; n--) {
		line += strcspn(line, " ");
		line += strspn(line, " ");
	}
	return line;
}

/*
 * A line is "N: ADDRESS:PORT ADDRESS:PORT STATE TX:RX TR:WHEN RETR UID TIMEOUT
 * INODE ...", with state and ports in hexadecimal.  Return the inode if this
 * socket listens on port, else 0.
 */
static unsigned long
listener_inode(const char *line, int port)
{
	const char *number = strchr(field(line, 1), ':');

	if (number == NULL || strtol(number + 1, NULL, 16) != port ||
	    strtol(field(line, 3), NULL, 16) != LISTENING)
		return 0;
	return strtoul(field(line, 9), NULL, 10);
}

static unsigned long
find_listener(const char *path, int port)
{
	FILE *f = fopen(path, "re");
	unsigned long inode = 0;
	char line[512];

	while (f != NULL && inode == 0 && fgets(line, sizeof line, f) != NULL)
		inode = listener_inode(line, port);
	if (f != NULL)
		fclose(f);
	return inode;
}

static int
is_socket(int dir, const char *file, const char *name)
{
	char target[NAME];
	ssize_t n = readlinkat(dir, file, target, sizeof target - 1);

	if (n == -1)
		return 0;
	target[n] = '\0';
	return strcmp(target, name) == 0;
}

/* Called by os_proc_list.  Processes that may not be looked at are skipped. */
static int
has_socket(pid_t pid, void *arg)
{
	struct search *s = arg;
	int fd = procfs_open(pid, "fd");
	DIR *dir = fd != -1 ? fdopendir(fd) : NULL;
	struct dirent *entry;

	if (dir == NULL) {
		if (fd != -1)
			close(fd);
		return 0;
	}
	while (s->pid == 0 && (entry = readdir(dir)) != NULL)
		if (is_socket(fd, entry->d_name, s->name))
			s->pid = pid;
	closedir(dir);
	return s->pid != 0;
}

int
os_port_owner(int port, pid_t *pid)
{
	unsigned long inode = find_listener("/proc/net/tcp", port);
	struct search s = { .pid = 0 };

	if (inode == 0)
		inode = find_listener("/proc/net/tcp6", port);
	if (inode == 0)
		return errno = ESRCH, -1;
	snprintf(s.name, sizeof s.name, "socket:[%lu]", inode);
	if (os_proc_list(has_socket, &s) == -1)
		return -1;
	*pid = s.pid;
	return s.pid != 0 ? 0 : (errno = ESRCH, -1);
}
