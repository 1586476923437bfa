#include "config.h"

#include <sys/stat.h>
#include <sys/types.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/deadline.h"
#include "base/fdio.h"
#include "io/label.h"
#include "io/logfile.h"

enum {
	BATCH = 16 * 1024,
	PAUSE = 1000		/* ms after a rename that failed */
};

/* Open the directory of path; name is what is behind the last slash. */
static int
open_directory(const char *path, const char *name)
{
	char dir[PATH_MAX];
	size_t n = (size_t)(name - path);

	if (n == 0)
		return open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (n >= sizeof dir)
		return errno = ENAMETOOLONG, -1;
	memcpy(dir, path, n);
	dir[n] = '\0';
	return open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* Are bytes written as they come, without stamps and limit? */
static int
is_plain(const struct logfile *l)
{
	return l->limit == 0 && l->stamp.len == 0 && l->stamp.second == -1;
}

/*
 * Most files are plain and need no memory: the first malloc(3) of a process
 * takes two pages (musl 1.2.5).
 */
static int
allocate(struct logfile *l, const char *stamp)
{
	size_t room = strlen(l->name) + 16;

	if (stamp != NULL && (l->room = malloc(label_room(stamp))) == NULL)
		return -1;
	if (stamp != NULL)
		label_open(&l->stamp, stamp, l->room);
	if (is_plain(l))
		return 0;
	l->batch = malloc(BATCH);
	l->from = malloc(room);
	l->to = malloc(room);
	return l->batch == NULL || l->from == NULL || l->to == NULL ? -1 : 0;
}

int
logfile_open(struct logfile *l, const struct logfile_options *o)
{
	const char *slash = strrchr(o->path, '/');
	int saved;

	memset(l, 0, sizeof *l);
	l->stamp.text = "";
	l->stamp.second = -1;
	l->fd = o->fd;
	l->limit = o->size;
	l->files = o->files;
	l->retry = deadline_in(0);
	l->name = slash != NULL ? slash + 1 : o->path;
	l->dir = open_directory(o->path, l->name);
	if (allocate(l, o->stamp) == 0 && (l->dir != -1 || l->limit == 0))
		return 0;
	saved = errno;
	l->fd = -1;		/* still the caller's */
	logfile_close(l);
	return errno = saved, -1;
}

void
logfile_close(struct logfile *l)
{
	if (l->fd != -1)
		close(l->fd);
	if (l->dir != -1)
		close(l->dir);
	free(l->room);
	free(l->from);
	free(l->to);
	free(l->batch);
}

/* --- which file it is --- */

/* Is the file at the path the one that is open?  Learn its size. */
static int
is_ours(struct logfile *l)
{
	struct stat there, here;

	if (fstat(l->fd, &here) == -1)
		return 1;
	l->size = here.st_size;
	if (l->dir == -1)
		return 1;
	return fstatat(l->dir, l->name, &there, 0) == 0 &&
	    there.st_dev == here.st_dev && there.st_ino == here.st_ino;
}

/* If the file at the path is no regular file, or cannot be opened, go on. */
static void
open_anew(struct logfile *l)
{
	int fd = openat(l->dir, l->name, O_WRONLY | O_APPEND | O_CREAT |
	    O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0666);
	struct stat st;

	if (fd == -1)
		return;
	if (fstat(fd, &st) == -1 || !S_ISREG(st.st_mode)) {
		close(fd);
		return;
	}
	close(l->fd);
	l->fd = fd;
	l->size = st.st_size;
	l->is_inside = 0;
}

static int
lock(const struct logfile *l)
{
	struct flock lock;

	memset(&lock, 0, sizeof lock);
	lock.l_type = F_WRLCK;
	lock.l_whence = SEEK_SET;
	return fcntl(l->fd, F_SETLK, &lock);
}

static void
name_old(const struct logfile *l, char *text, int i)
{
	snprintf(text, strlen(l->name) + 16, "%s~%d", l->name, i);
}

/*
 * Rename the files, oldest first, and open a new one.  Closing the old one
 * releases the lock.
 */
static void
rotate(struct logfile *l)
{
	int i, failed;

	if (!deadline_passed(&l->retry) || lock(l) == -1)
		return;
	if (is_ours(l)) {
		for (i = l->files; i > 1; i--) {
			name_old(l, l->from, i - 1);
			name_old(l, l->to, i);
			(void)renameat(l->dir, l->from, l->dir, l->to);
		}
		name_old(l, l->to, 1);
		failed = l->files > 0 ?
		    renameat(l->dir, l->name, l->dir, l->to) :
		    unlinkat(l->dir, l->name, 0);
		if (failed)
			l->retry = deadline_in(PAUSE);
	}
	open_anew(l);
}

/* --- what is written --- */

static int
flush(struct logfile *l)
{
	size_t n = l->len;

	l->len = 0;
	l->size += (long long)n;
	return n == 0 ? 0 : fdio_write(l->fd, l->batch, n);
}

static int
add(struct logfile *l, const char *p, size_t n)
{
	while (n > 0) {
		size_t part = BATCH - l->len;

		if (part > n)
			part = n;
		memcpy(l->batch + l->len, p, part);
		l->len += part;
		p += part;
		n -= part;
		if (l->len == BATCH && flush(l) == -1)
			return -1;
	}
	return 0;
}

/* A line begins, of which n bytes are known. */
static int
begin_line(struct logfile *l, size_t n)
{
	long long size = l->size + (long long)(l->len + l->stamp.len + n);

	if (l->limit > 0 && size > l->limit &&
	    l->size + (long long)l->len > 0) {
		if (flush(l) == -1)
			return -1;
		rotate(l);
	}
	return add(l, l->stamp.text, l->stamp.len);
}

static int
write_lines(struct logfile *l, const char *p, size_t n)
{
	const char *end = p + n, *nl;
	size_t part;

	for (; p < end; p += part) {
		nl = memchr(p, '\n', (size_t)(end - p));
		part = (size_t)((nl != NULL ? nl + 1 : end) - p);
		if (!l->is_inside && begin_line(l, part) == -1)
			return -1;
		l->is_inside = nl == NULL;
		if (add(l, p, part) == -1)
			return -1;
	}
	return flush(l);
}

int
logfile_write(struct logfile *l, const char *p, size_t n)
{
	int result;

	if (n == 0)
		return 0;
	if (!is_ours(l))
		open_anew(l);
	if (is_plain(l)) {
		l->is_inside = p[n - 1] != '\n';
		return fdio_write(l->fd, p, n);
	}
	label_update(&l->stamp);
	result = write_lines(l, p, n);
	l->len = 0;
	return result;
}

/* Does the file end within a line, as after a crash? */
static int
is_unfinished(const struct logfile *l)
{
	int fd = l->dir == -1 ? -1 : openat(l->dir, l->name, O_RDONLY |
	    O_CLOEXEC | O_NONBLOCK);
	char last = '\n';
	off_t end;

	if (fd == -1)
		return 0;
	end = lseek(fd, 0, SEEK_END);
	if (end > 0 && pread(fd, &last, 1, end - 1) != 1)
		last = '\n';
	close(fd);
	return last != '\n';
}

/* Return the room for a label: small, if that is large enough. */
static char *
label_memory(const char *text, char *small, size_t size)
{
	size_t room = label_room(text);

	return room <= size ? small : malloc(room);
}

/* A mark has its own time, and no stamp. */
int
logfile_mark(struct logfile *l, const char *text)
{
	char small[2048], *room = label_memory(text, small, sizeof small);
	struct label label, stamp = l->stamp;
	int result;

	if (room == NULL)
		return -1;
	label_open(&label, text, room);
	label_update(&label);
	l->is_inside = is_unfinished(l);
	if (l->is_inside)
		result = logfile_write(l, "\n", 1);
	l->stamp.len = 0;
	l->stamp.second = -1;
	result = logfile_write(l, label.text, label.len);
	if (result == 0)
		result = logfile_write(l, "\n", 1);
	l->stamp = stamp;
	l->is_inside = 0;
	if (room != small)
		free(room);
	return result;
}
