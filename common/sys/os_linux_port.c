/* os_linux_port.c - /proc/net and the descriptors of processes. */
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

/* States of sockets in /proc/net. */
#define LISTENING	0x0A
#define UNCONNECTED	0x07

#define RANGE		"/proc/sys/net/ipv4/ip_local_port_range"
#define NAME		48	/* bytes that hold socket:[INODE] */

struct portsocket {
	unsigned long	inode;
	uid_t		uid;
	int		udp, seen;
};

struct search {
	struct portsocket *v;	/* n of size */
	size_t		 n, size;
	int		(*visit)(const struct portowner *, void *);
	void		*arg;
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
 * INODE ...", with state and ports in hexadecimal.  Return 1 and fill in *s if
 * the socket has that port and state.
 */
static int
parse_socket(const char *line, int port, long state, struct portsocket *s)
{
	const char *number = strchr(field(line, 1), ':');

	if (number == NULL || strtol(number + 1, NULL, 16) != port ||
	    strtol(field(line, 3), NULL, 16) != state)
		return 0;
	s->uid = (uid_t)strtoul(field(line, 7), NULL, 10);
	s->inode = strtoul(field(line, 9), NULL, 10);
	s->udp = state == UNCONNECTED;
	s->seen = 0;
	return s->inode != 0;
}

static int
add_socket(struct search *s, const struct portsocket *one)
{
	if (s->n == s->size) {
		size_t size = s->size == 0 ? 8 : s->size * 2;
		struct portsocket *v = realloc(s->v, size * sizeof *v);

		if (v == NULL)
			return -1;
		s->v = v;
		s->size = size;
	}
	s->v[s->n++] = *one;
	return 0;
}

/* A file that is not there has no sockets: the system may lack IPv6. */
static int
read_sockets(struct search *s, const char *path, int port, long state)
{
	FILE *f = fopen(path, "re");
	struct portsocket one;
	int result = 0;
	char line[512];

	while (f != NULL && result == 0 && fgets(line, sizeof line, f) != NULL)
		if (parse_socket(line, port, state, &one))
			result = add_socket(s, &one);
	if (f != NULL)
		fclose(f);
	return result;
}

/* Does the system give this port to sockets that ask for any? */
static int
is_ephemeral(int port)
{
	FILE *f = fopen(RANGE, "re");
	char line[64], *high;
	int yes = 0;

	if (f != NULL && fgets(line, sizeof line, f) != NULL)
		yes = strtol(line, &high, 10) <= port &&
		    strtol(high, NULL, 10) >= port;
	if (f != NULL)
		fclose(f);
	return yes;
}

static int
find_sockets(struct search *s, int port)
{
	if (!procfs_is_mounted())
		return errno = ENOSYS, -1;
	if (read_sockets(s, "/proc/net/tcp", port, LISTENING) == -1 ||
	    read_sockets(s, "/proc/net/tcp6", port, LISTENING) == -1)
		return -1;
	if (s->n > 0 && is_ephemeral(port))
		return 0;
	return read_sockets(s, "/proc/net/udp", port, UNCONNECTED) == -1 ? -1 :
	    read_sockets(s, "/proc/net/udp6", port, UNCONNECTED);
}

/* Return the socket behind the descriptor, if it is one of those; else NULL. */
static struct portsocket *
socket_of(const struct search *s, int dir, const char *file)
{
	char target[NAME];
	ssize_t len = readlinkat(dir, file, target, sizeof target - 1);
	unsigned long inode;
	size_t i;

	if (len == -1)
		return NULL;
	target[len] = '\0';
	if (strncmp(target, "socket:[", 8) != 0)
		return NULL;
	inode = strtoul(target + 8, NULL, 10);
	for (i = 0; i < s->n; i++)
		if (s->v[i].inode == inode)
			return &s->v[i];
	return NULL;
}

/* Called by os_proc_list.  Processes that may not be looked at are skipped. */
static int
visit_owner(pid_t pid, void *arg)
{
	struct search *s = arg;
	struct portsocket *first = NULL;
	int fd = procfs_open(pid, "fd");
	DIR *dir = fd != -1 ? fdopendir(fd) : NULL;
	struct dirent *entry;
	struct portowner owner;

	if (dir == NULL) {
		if (fd != -1)
			close(fd);
		return 0;
	}
	while ((entry = readdir(dir)) != NULL) {
		struct portsocket *one = socket_of(s, fd, entry->d_name);

		if (one == NULL)
			continue;
		one->seen = 1;
		if (first == NULL || (first->udp && !one->udp))
			first = one;
	}
	closedir(dir);
	if (first == NULL)
		return 0;
	owner.pid = pid;
	owner.uid = first->uid;
	owner.udp = first->udp;
	return s->visit(&owner, s->arg);
}

static int
visit_unseen(const struct search *s)
{
	size_t i;
	int result = 0;

	for (i = 0; i < s->n && result == 0; i++) {
		struct portowner owner = { .uid = s->v[i].uid,
		    .udp = s->v[i].udp };

		if (!s->v[i].seen)
			result = s->visit(&owner, s->arg);
	}
	return result;
}

int
os_port_owners(int port, int (*visit)(const struct portowner *, void *),
    void *arg)
{
	struct search s = { .visit = visit, .arg = arg };
	int result = find_sockets(&s, port), saved;

	if (result == 0 && s.n > 0)
		result = os_proc_list(visit_owner, &s);
	if (result == 0)
		result = visit_unseen(&s);
	saved = errno;
	free(s.v);
	errno = saved;
	return result;
}
