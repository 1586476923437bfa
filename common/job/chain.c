#include "config.h"

#include <sys/stat.h>
#include <sys/types.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "job/chain.h"
#include "base/fdio.h"
#include "base/parse.h"
#include "base/execerror.h"

#define ENQ	'\005'
#define EOT	'\004'

#define JOIN	5000	/* ms until ENQ has to come */
#define LOWEST	10	/* above the descriptors that users number */

int
chain_is_link(const char *file)
{
	static const char *const links[] = {
		"pgkeep", "pgproc", "pgspawn", "pgtrack"
	};
	const char *slash = strrchr(file, '/');
	size_t i;

	if (slash != NULL)
		file = slash + 1;
	for (i = 0; i < sizeof links / sizeof links[0]; i++)
		if (strcmp(file, links[i]) == 0)
			return 1;
	return 0;
}

static int
print_entry(int fd, char entry[CHAIN_TEXT])
{
	struct stat st;

	if (fstat(fd, &st) == -1)
		return -1;
	snprintf(entry, CHAIN_TEXT, CHAIN_ENV "=%d:%ju", fd,
	    (uintmax_t)st.st_ino);
	return 0;
}

/* Move fd to a number that is not except, and close the old one. */
static int
move(int fd, int except)
{
	int new = fcntl(fd, F_DUPFD_CLOEXEC, LOWEST);

	if (new == -1)
		new = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	if (new == except) {
		new = fcntl(fd, F_DUPFD_CLOEXEC, except + 1);
		close(except);
	}
	close(fd);
	return new;
}

int
chain_open(struct chain_wait *w, int except, char entry[CHAIN_TEXT])
{
	int p[2], fd, saved;

	memset(w, 0, sizeof *w);
	w->fd = -1;
	if (fdio_pipe(p) == -1)
		return -1;
	fd = move(p[1], except);
	if (fd != -1 && fdio_nonblock(p[0]) == 0 &&
	    print_entry(fd, entry) == 0) {
		w->fd = p[0];
		w->join_by = deadline_in(JOIN);
		return fd;
	}
	saved = errno;
	close(p[0]);
	if (fd != -1)
		close(fd);
	return errno = saved, -1;
}

void
chain_close(struct chain_wait *w)
{
	if (w->fd != -1)
		close(w->fd);
	w->fd = -1;
}

void
chain_poll(const struct chain_wait *w, int *timeout)
{
	if (!w->joined)
		*timeout = deadline_sooner(*timeout,
		    deadline_poll(&w->join_by));
}

/* Take a piece: ENQ and EOT are control bytes, all others are text. */
static void
take(struct chain_wait *w, const char *p, size_t n,
    void (*told)(const char *, size_t, void *), void *arg)
{
	const char *end = p + n, *start = p;

	for (; p < end; p++) {
		w->leaving = *p == EOT;
		if (*p != EOT && *p != ENQ)
			continue;
		w->joined |= *p == ENQ;
		if (p > start)
			told(start, (size_t)(p - start), arg);
		w->told |= p > start;
		start = p + 1;
	}
	if (p > start)
		told(start, (size_t)(p - start), arg);
	w->told |= p > start;
}

enum chain_news
chain_read(struct chain_wait *w,
    void (*told)(const char *, size_t, void *), void *arg)
{
	char buf[512];
	ssize_t n;

	if (w->fd == -1)
		return CHAIN_NOTHING;
	while ((n = read(w->fd, buf, sizeof buf)) > 0 ||
	    (n == -1 && errno == EINTR))
		if (n > 0)
			take(w, buf, (size_t)n, told, arg);
	if (n == -1 && (w->joined || !deadline_passed(&w->join_by)))
		return CHAIN_NOTHING;
	chain_close(w);
	return w->leaving || !w->joined ? CHAIN_EXECUTED : CHAIN_BROKEN;
}

/* The descriptor in FD:INODE, if it is that pipe; else -1. */
static int
find(const char *value)
{
	const char *colon = strchr(value, ':');
	struct stat st;
	uint64_t fd, inode;

	if (colon == NULL ||
	    parse_number(value, (size_t)(colon - value), INT16_MAX,
	    &fd) == -1 ||
	    parse_number(colon + 1, strlen(colon + 1), UINT64_MAX,
	    &inode) == -1 || fd <= STDERR_FILENO ||
	    fstat((int)fd, &st) == -1 || !S_ISFIFO(st.st_mode) ||
	    (uint64_t)st.st_ino != inode)
		return -1;
	return (int)fd;
}

/* The waiter may have ended: do not die of SIGPIPE then. */
static void
put(const struct chain *c, char byte)
{
	struct pollfd pfd = { .fd = c->fd, .events = POLLOUT };

	if (c->fd != -1 && poll(&pfd, 1, -1) == 1 &&
	    (pfd.revents & POLLERR) == 0)
		(void)fdio_write(c->fd, &byte, 1);
}

void
chain_join(struct chain *c)
{
	const char *value = getenv(CHAIN_ENV);

	c->fd = -1;
	if (value == NULL)
		return;
	c->fd = find(value);
	unsetenv(CHAIN_ENV);
	if (c->fd == -1)
		return;
	fcntl(c->fd, F_SETFD, FD_CLOEXEC);
	put(c, ENQ);
}

int
chain_entry(const struct chain *c, char entry[CHAIN_TEXT])
{
	entry[0] = '\0';
	return c->fd == -1 ? 0 : print_entry(c->fd, entry);
}

void
chain_leave(const struct chain *c)
{
	put(c, EOT);
}

void
chain_end(struct chain *c)
{
	put(c, EOT);
	if (c->fd != -1)
		close(c->fd);
	c->fd = -1;
}

/* Pass the descriptor on to the next link, or (NULL) take it back. */
static void
hand_on(const struct chain *c, const char *entry)
{
	if (entry != NULL)
		setenv(CHAIN_ENV, entry + strlen(CHAIN_ENV "="), 1);
	else
		unsetenv(CHAIN_ENV);
	fcntl(c->fd, F_SETFD, entry != NULL ? 0 : FD_CLOEXEC);
}

int
chain_exec(const struct chain *c, char *argv[], int *found)
{
	char entry[CHAIN_TEXT] = "";
	int error;

	if (chain_is_link(argv[0]))
		(void)chain_entry(c, entry);
	if (entry[0] != '\0')
		hand_on(c, entry);
	else
		chain_leave(c);
	execvp(argv[0], argv);
	error = execerror_reason(argv[0], getenv("PATH"), errno, found);
	if (entry[0] != '\0')
		hand_on(c, NULL);
	return error;
}
