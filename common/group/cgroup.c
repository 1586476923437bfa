#include "config.h"

#include <sys/file.h>
#include <sys/stat.h>
#include <sys/types.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "group/cgroup.h"
#include "sys/os_cgroup.h"

#ifndef PATH_MAX
#define PATH_MAX	4096
#endif

enum {
	PATIENCE = 2000,	/* ms until killed processes are gone */
	TRIES = 100,	/* while another process removes what is made here */
	DEPTH = 64	/* levels of groups below */
};

int
cgroup_valid(const char *name)
{
	for (;;) {
		size_t n = strcspn(name, "/");

		if (strncmp(name, "..", n) == 0)
			return 0;	/* "." and "" match, too */
		if (name[n] == '\0')
			return 1;
		name += n + 1;
	}
}

/* Make the missing folders below the caller's own cgroup. */
static int
make_path(struct cgroup *c)
{
	char *p = c->path + c->own;

	c->there = c->own;
	while (*p != '\0') {
		char after;

		p += 1 + strcspn(p + 1, "/");
		after = *p;
		*p = '\0';
		if (mkdir(c->path, 0755) == -1) {
			if (errno != EEXIST) {
				*p = after;
				return -1;
			}
			c->there = (size_t)(p - c->path);
		}
		*p = after;
	}
	return 0;
}

/*
 * Does cgroup.events say that a process is inside or below?  1, 0, or -1 and
 * errno of pread(2).
 */
static int
is_populated(int events)
{
	char text[256];
	ssize_t n = pread(events, text, sizeof text - 1, 0);

	if (n == -1)
		return errno == ENODEV ? 0 : -1;	/* it was removed */
	text[n] = '\0';
	return strstr(text, "populated 0") == NULL;
}

static int
open_inside(const struct cgroup *c, const char *file, int flags)
{
	return openat(c->dir, file, flags | O_CLOEXEC);
}

/*
 * Is the cgroup, or one above it, frozen (Linux 5.2)?  cgroup.freeze is 1 at
 * once, cgroup.events when all processes have stopped.
 */
static int
is_frozen(const struct cgroup *c)
{
	static const char *const file[] = { "cgroup.freeze", "cgroup.events" };
	static const char *const word[] = { "1", "frozen 1" };
	int i, frozen = 0;

	for (i = 0; i < 2; i++) {
		char text[256];
		int fd = open_inside(c, file[i], O_RDONLY);
		ssize_t n = fd == -1 ? -1 : read(fd, text, sizeof text - 1);

		text[n > 0 ? n : 0] = '\0';
		frozen |= strstr(text, word[i]) != NULL;
		if (fd != -1)
			close(fd);
	}
	return frozen;
}

int
cgroup_populated(const struct cgroup *c)
{
	int events = open_inside(c, "cgroup.events", O_RDONLY), populated;

	if (events == -1)
		return errno == ENOENT || errno == ENODEV ? 0 : -1;
	populated = is_populated(events);
	close(events);
	return populated;
}

/* Rule 3.  The lock keeps out a command that starts at the same time. */
static int
claim(const struct cgroup *c)
{
	int populated;

	if (faccessat(c->dir, "cgroup.kill", W_OK, 0) == -1)
		return errno = errno == ENOENT ? ENOSYS : errno, -1;
	if (flock(c->dir, LOCK_EX | LOCK_NB) == -1)
		return errno = errno == EWOULDBLOCK ? EBUSY : errno, -1;
	populated = cgroup_populated(c);
	if (populated == 1)
		errno = EBUSY;
	return populated == 0 ? 0 : -1;
}

static void
close_files(struct cgroup *c)
{
	if (c->dir != -1)
		close(c->dir);
	if (c->procs != -1)
		close(c->procs);
	c->dir = c->procs = -1;
}

/* -1 with ENOENT or ENODEV: the cgroup was removed meanwhile. */
static int
open_files(struct cgroup *c, int alone)
{
	if (make_path(c) == -1)
		return -1;
	c->dir = open(c->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (c->dir == -1 || (alone && claim(c) == -1))
		return -1;
	if (is_frozen(c))
		return errno = EDEADLK, -1;
	c->procs = open_inside(c, "cgroup.procs", O_WRONLY);
	return c->procs == -1 ? -1 : 0;
}

static int
set_path(struct cgroup *c, const char *name)
{
	char own[PATH_MAX];
	size_t size;

	c->path = NULL;
	c->dir = c->procs = -1;
	if (!cgroup_valid(name))
		return errno = EINVAL, -1;
	if (os_cgroup(own, sizeof own) == -1)
		return -1;
	c->own = strlen(own);
	size = c->own + 1 + strlen(name) + 1;
	c->path = malloc(size);
	if (c->path == NULL)
		return -1;
	snprintf(c->path, size, "%s/%s", own, name);
	return 0;
}

int
cgroup_find(struct cgroup *c, const char *name)
{
	if (set_path(c, name) == -1)
		return -1;
	c->there = strlen(c->path);
	c->dir = open(c->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return c->dir == -1 ? -1 : 0;
}

int
cgroup_open(struct cgroup *c, const char *name, int alone)
{
	int tries, saved;

	if (set_path(c, name) == -1)
		return -1;
	for (tries = 0; tries < TRIES; tries++) {
		if (open_files(c, alone) == 0)
			return 0;
		saved = errno;
		close_files(c);
		errno = saved;
		if (errno != ENOENT && errno != ENODEV)
			break;
	}
	cgroup_remove(c, 1);
	return errno = saved, -1;
}

void
cgroup_close(struct cgroup *c)
{
	if (c->path == NULL)
		return;
	close_files(c);
	free(c->path);
	c->path = NULL;
}

/* poll(2) reports a change of the file since the last read as POLLPRI. */
static int
await_empty(int events, const struct deadline *until)
{
	struct pollfd pfd = { .fd = events, .events = POLLPRI };
	int populated;

	while ((populated = is_populated(events)) == 1) {
		if (deadline_passed(until))
			return errno = ETIMEDOUT, -1;
		poll(&pfd, 1, deadline_poll(until));
	}
	return populated;
}

int
cgroup_kill(const struct cgroup *c, const struct deadline *until)
{
	int events = open_inside(c, "cgroup.events", O_RDONLY);
	int killer, result = -1, saved;

	if (events == -1)
		return -1;
	killer = open_inside(c, "cgroup.kill", O_WRONLY);
	if (killer != -1) {
		result = is_populated(events);
		if (result == 1 && (write(killer, "1", 1) == -1 ||
		    await_empty(events, until) == -1))
			result = -1;
	}
	saved = errno;
	close(events);
	if (killer != -1)
		close(killer);
	return errno = saved, result;
}

/* Remove the groups below fd, the deepest first, and close fd. */
static void
remove_below(int fd, int depth)
{
	DIR *dir = fdopendir(fd);
	struct dirent *entry;

	if (dir == NULL) {
		close(fd);
		return;
	}
	while ((entry = readdir(dir)) != NULL) {
		const char *name = entry->d_name;
		int sub;

		if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
			continue;
		sub = openat(fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW |
		    O_CLOEXEC);
		if (sub == -1)
			continue;
		if (depth < DEPTH)
			remove_below(sub, depth + 1);
		else
			close(sub);
		unlinkat(fd, name, AT_REMOVEDIR);
	}
	closedir(dir);
}

void
cgroup_remove(struct cgroup *c, int undo)
{
	size_t n = strlen(c->path);
	int fd;

	if (!undo) {
		fd = open(c->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (fd != -1)
			remove_below(fd, 0);
		if (c->there == n)
			(void)rmdir(c->path);
	}
	while (n > c->there) {
		(void)rmdir(c->path);
		while (c->path[--n] != '/')
			;
		c->path[n] = '\0';
	}
}

int
cgroup_finish(struct cgroup *c, int alone, int undo)
{
	struct deadline until = deadline_in(PATIENCE);
	int result = alone ? cgroup_kill(c, &until) : 0;

	if (alone || undo)
		cgroup_remove(c, !alone);
	return result;
}
