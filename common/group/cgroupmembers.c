#include "config.h"

#include <sys/types.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "group/cgroupmembers.h"
#include "base/parse.h"

#define DEPTH	64		/* levels of groups below */

struct visitor {
	int	(*visit)(pid_t, void *);
	void	*arg;
};

/*
 * Does errno say that the cgroup was removed, or that it is a threaded one,
 * which lists no processes?
 */
static int
is_empty(void)
{
	return errno == ENOENT || errno == ENODEV || errno == EOPNOTSUPP;
}

static int
visit_lines(FILE *file, const struct visitor *v)
{
	char line[32];
	int result = 0;

	while (result == 0 && fgets(line, sizeof line, file) != NULL) {
		uint64_t pid;

		if (parse_number(line, strcspn(line, "\n"), INT_MAX,
		    &pid) == 0 && pid > 0)
			result = v->visit((pid_t)pid, v->arg);
	}
	if (result == 0 && ferror(file) && !is_empty())
		return -1;
	return result;
}

static int
visit_group(int dir, const struct visitor *v)
{
	int fd = openat(dir, "cgroup.procs", O_RDONLY | O_CLOEXEC), result;
	FILE *file;

	if (fd == -1)
		return is_empty() ? 0 : -1;
	file = fdopen(fd, "r");
	if (file == NULL) {
		close(fd);
		return -1;
	}
	result = visit_lines(file, v);
	fclose(file);
	return result;
}

/* Visit the group of fd and those below, and close fd. */
static int
visit_below(int fd, const struct visitor *v, int depth)
{
	int result = visit_group(fd, v);
	struct dirent *entry;
	DIR *dir = fdopendir(fd);

	if (dir == NULL) {
		close(fd);
		return result != 0 ? result : -1;
	}
	while (result == 0 && depth < DEPTH && (entry = readdir(dir)) != NULL) {
		int sub;

		if (entry->d_name[0] == '.' && strspn(entry->d_name, ".") ==
		    strlen(entry->d_name))
			continue;
		sub = openat(fd, entry->d_name, O_RDONLY | O_DIRECTORY |
		    O_NOFOLLOW | O_CLOEXEC);
		if (sub != -1)
			result = visit_below(sub, v, depth + 1);
		else if (errno == EMFILE || errno == ENFILE)
			result = -1;
	}
	closedir(dir);
	return result;
}

int
cgroupmembers_each(const struct cgroup *c, int (*visit)(pid_t, void *),
    void *arg)
{
	struct visitor v = { .visit = visit, .arg = arg };
	int fd = openat(c->dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd == -1)
		return is_empty() ? 0 : -1;
	return visit_below(fd, &v, 0);
}

int
cgroupmembers_kill(const struct cgroup *c)
{
	int fd = openat(c->dir, "cgroup.kill", O_WRONLY | O_CLOEXEC);
	ssize_t n;

	if (fd == -1)
		return -1;
	n = write(fd, "1", 1);
	close(fd);
	return n == 1 ? 0 : -1;
}
