#include "config.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fdio.h"
#include "io/sockpath.h"
#include "sys/os_peer.h"

#define BACKLOG		8
#define SHORT_NAME	32

/* -1 with ENAMETOOLONG: the name does not fit. */
static int
make_address(struct sockaddr_un *sun, const char *name)
{
	memset(sun, 0, sizeof *sun);
	sun->sun_family = AF_UNIX;
	if (strlen(name) >= sizeof sun->sun_path)
		return errno = ENAMETOOLONG, -1;
	memcpy(sun->sun_path, name, strlen(name));
	return 0;
}

static int
connect_to(int fd, const char *name)
{
	struct sockaddr_un sun;

	if (make_address(&sun, name) == -1)
		return -1;
	return connect(fd, (struct sockaddr *)&sun, sizeof sun);
}

static int
bind_to(int fd, const char *name)
{
	struct sockaddr_un sun;

	umask(0177);
	(void)unlink(name);		/* of a dead process */
	if (make_address(&sun, name) == -1)
		return -1;
	return bind(fd, (struct sockaddr *)&sun, sizeof sun);
}

/* A name that is too long itself gets a short one for the moment. */
static int
connect_in_directory(int fd, const char *name)
{
	char other[SHORT_NAME];
	int result, saved;

	result = connect_to(fd, name);
	if (result == 0 || errno != ENAMETOOLONG)
		return result;
	snprintf(other, sizeof other, ".pg%ld", (long)getpid());
	(void)unlink(other);
	if (symlink(name, other) == -1)
		return -1;
	result = connect_to(fd, other);
	saved = errno;
	(void)unlink(other);
	return errno = saved, result;
}

/*
 * Have a child call act(fd, name) in the directory dir.  Return as act does,
 * with its errno.
 */
static int
in_directory(int dir, int (*act)(int, const char *), int fd, const char *name)
{
	pid_t pid = fork();
	int status = 0;

	if (pid == -1)
		return -1;
	if (pid == 0)
		_exit(fchdir(dir) == 0 && act(fd, name) == 0 ? 0 : errno);
	while (waitpid(pid, &status, 0) == -1 && errno == EINTR)
		continue;
	if (!WIFEXITED(status))
		return errno = ECHILD, -1;
	errno = WEXITSTATUS(status);
	return errno == 0 ? 0 : -1;
}

static int
new_socket(void)
{
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	if (fd != -1)
		fcntl(fd, F_SETFD, FD_CLOEXEC);
	return fd;
}

static void
close_keeping_errno(int fd)
{
	int saved = errno;

	if (fd != -1)
		close(fd);
	errno = saved;
}

/* Open the directory of path; *name becomes what is behind the last slash. */
static int
open_directory(const char *path, const char **name)
{
	const char *slash = strrchr(path, '/');
	char *dir;
	int fd;

	*name = slash != NULL ? slash + 1 : path;
	if (**name == '\0')
		return errno = path[0] == '\0' ? ENOENT : EISDIR, -1;
	dir = slash == NULL ? strdup(".") : slash == path ? strdup("/") :
	    strdup(path);
	if (dir == NULL)
		return -1;
	if (slash != NULL && slash != path)
		dir[slash - path] = '\0';
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	free(dir);
	return fd;
}

int
sockpath_trusts(int fd)
{
	uid_t uid;

	if (os_peer_user(fd, &uid) == -1)
		return errno == ENOSYS;
	return uid == geteuid() || uid == 0;
}

/* Connect to the socket name in dir. */
static int
connect_by_name(int dir, const char *name)
{
	int fd = new_socket();

	if (fd == -1)
		return -1;
	if (in_directory(dir, connect_in_directory, fd, name) == 0) {
		if (sockpath_trusts(fd))
			return fd;
		errno = EPERM;
	}
	close_keeping_errno(fd);
	return -1;
}

int
sockpath_connect(const char *path)
{
	const char *name;
	int dir, fd = new_socket();

	if (fd == -1)
		return -1;
	if (connect_to(fd, path) == 0) {
		if (sockpath_trusts(fd))
			return fd;
		errno = EPERM;
	}
	close_keeping_errno(fd);
	if (errno != ENAMETOOLONG)
		return -1;
	dir = open_directory(path, &name);
	if (dir == -1)
		return -1;
	fd = connect_by_name(dir, name);
	close_keeping_errno(dir);
	return fd;
}

/* Rule 2. */
static int
is_safe(int dir)
{
	struct stat st;

	return fstat(dir, &st) == 0 &&
	    (st.st_uid == geteuid() || st.st_uid == 0) &&
	    ((st.st_mode & (S_IWGRP | S_IWOTH)) == 0 ||
	    (st.st_mode & S_ISVTX) != 0);
}

/* Rule 3: may the socket take this place? */
static int
is_free(int dir, const char *name)
{
	struct stat st;
	int fd;

	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == -1)
		return errno == ENOENT;
	if (!S_ISSOCK(st.st_mode))
		return errno = EEXIST, 0;
	fd = connect_by_name(dir, name);
	if (fd == -1)
		return errno == ECONNREFUSED || errno == ENOENT;
	close(fd);
	return errno = EADDRINUSE, 0;
}

/* Listen under a short name first, then move the socket to its place. */
static int
put_in_place(struct sockpath *s)
{
	char other[SHORT_NAME];
	struct stat st;

	snprintf(other, sizeof other, ".pg%ld", (long)getpid());
	if (in_directory(s->dir, bind_to, s->fd, other) == -1)
		return -1;
	if (listen(s->fd, BACKLOG) == 0 && fdio_nonblock(s->fd) == 0 &&
	    fstatat(s->dir, other, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    renameat(s->dir, other, s->dir, s->name) == 0) {
		s->dev = st.st_dev;
		s->ino = st.st_ino;
		return 0;
	}
	(void)unlinkat(s->dir, other, 0);
	return -1;
}

static void
forget(struct sockpath *s)
{
	close_keeping_errno(s->fd);
	close_keeping_errno(s->dir);
	free(s->name);
	s->fd = s->dir = -1;
	s->name = NULL;
}

int
sockpath_listen(struct sockpath *s, const char *path)
{
	const char *name;

	s->fd = -1;
	s->name = NULL;
	s->dir = open_directory(path, &name);
	if (s->dir == -1)
		return -1;
	errno = EPERM;
	if (is_safe(s->dir) && is_free(s->dir, name) &&
	    (s->name = strdup(name)) != NULL &&
	    (s->fd = new_socket()) != -1 && put_in_place(s) == 0)
		return 0;
	forget(s);
	return -1;
}

void
sockpath_close(struct sockpath *s)
{
	struct stat st;

	if (s->fd == -1)
		return;
	if (fstatat(s->dir, s->name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    st.st_dev == s->dev && st.st_ino == s->ino)
		(void)unlinkat(s->dir, s->name, 0);
	forget(s);
}
