#include "config.h"

#include <sys/stat.h>
#include <sys/types.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "io/output.h"

#ifndef PIPE_BUF
#define PIPE_BUF	_POSIX_PIPE_BUF
#endif

enum {
	NAP = 50000,		/* ns between the first tries for the lock */
	NAPS = 10,		/* how many these are */
	RETRY = 1,		/* ms between later tries */
	PATIENCE = 10000,	/* later tries, while there is room to write */
	PAUSE = 1000,		/* ms that an unfinished line keeps the lock */
	STUCK = 1000,		/* ms without room */
	SLOW = 10,		/* ms: a batch that takes longer is slow */
	TURN = 2		/* ms that others then have to get the lock */
};

int
output_same(int a, int b)
{
	struct stat sa, sb;

	return fstat(a, &sa) == 0 && fstat(b, &sb) == 0 &&
	    sa.st_dev == sb.st_dev && sa.st_ino == sb.st_ino;
}

/*
 * Open the object of fd anew by its path, non-blocking.  Linux opens /dev/fd/N
 * anew unless it is a socket (ENXIO).  Other systems duplicate fd: then
 * O_NONBLOCK is not set, or it is set for all who share fd and must be cleared.
 */
static int
reopen(int fd, const char *path)
{
	int flags = fcntl(fd, F_GETFL);
	int own = open(path, O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	int now = fcntl(fd, F_GETFL);

	if (own == -1)
		return -1;
	if (flags != -1 && now != flags)
		fcntl(fd, F_SETFL, flags);
	if (now == flags && output_same(fd, own) &&
	    (fcntl(own, F_GETFL) & O_NONBLOCK) != 0)
		return own;
	close(own);
	return -1;
}

static int
open_own(int fd)
{
	const char *tty = ttyname(fd);
	char path[32];
	int own = tty != NULL ? reopen(fd, tty) : -1;

	if (own != -1)
		return own;
	snprintf(path, sizeof path, "/dev/fd/%d", fd);
	return reopen(fd, path);
}

void
output_open(struct output *o, int fd, char *buf, size_t size)
{
	struct stat st;
	int own;

	memset(o, 0, sizeof *o);
	o->fd = fd;
	o->buf = buf;
	o->size = size;
	if (fstat(fd, &st) == -1)
		return;
	o->blocks = S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode) ||
	    isatty(fd);
	/*
	 * A regular file opened anew has an offset of its own.  A lock on
	 * /dev/null would be shared with the whole system.
	 */
	o->lockable = o->blocks || S_ISREG(st.st_mode);
	own = o->blocks ? open_own(fd) : -1;
	if (own != -1) {
		o->fd = own;
		o->own = 1;
	}
}

static int
set_lock(int fd, short type)
{
	struct flock lock;

	memset(&lock, 0, sizeof lock);
	lock.l_type = type;
	lock.l_whence = SEEK_SET;	/* from 0 to 0: all of it */
	return fcntl(fd, F_SETLK, &lock);
}

static void
unlock(struct output *o)
{
	if (o->locked)
		set_lock(o->fd, F_UNLCK);
	o->locked = 0;
}

void
output_close(struct output *o)
{
	int saved = errno;

	unlock(o);
	if (o->own)
		close(o->fd);
	o->fd = -1;
	o->own = 0;
	o->len = o->off = 0;
	o->wait = OUTPUT_FOR_NOTHING;
	o->holder = NULL;
	errno = saved;
}

int
output_free(const struct output *o, const void *stream)
{
	return o->len == 0 && (o->holder == NULL || o->holder == stream);
}

static int
has_room(const struct output *o)
{
	struct pollfd pfd = { .fd = o->fd, .events = POLLOUT };

	return !o->blocks || poll(&pfd, 1, 0) > 0;
}

/*
 * A process that has just written its last bytes to a slow reader is awake
 * while the others still wait.  It must leave them the next turn, or it gets
 * the lock again and again.  (With three processes at full speed and a reader
 * of 4 MB/s, a line of a fourth came up to 2.2 s late; with the turn 0.2 s.)
 */
static void
wait_for_room(struct output *o)
{
	if (o->wait != OUTPUT_FOR_ROOM) {
		o->slow = deadline_in(SLOW);
		o->stuck = deadline_in(STUCK);
	}
	o->wait = OUTPUT_FOR_ROOM;
}

/*
 * A process mostly keeps the lock for one line, which takes microseconds, so
 * try again soon.  With poll(2)'s milliseconds alone, the last of 64 processes
 * that print at once would be 7 ms late.
 */
static int
get_lock(const struct output *o)
{
	const struct timespec nap = { 0, NAP };
	int tries = 0, result;

	while ((result = set_lock(o->fd, F_WRLCK)) == -1 &&
	    (errno == EAGAIN || errno == EACCES) && ++tries < NAPS &&
	    has_room(o))
		nanosleep(&nap, NULL);
	return result;
}

/*
 * May the batch be written: is the lock taken, or not to be had at all?  While
 * the output is full, its holder waits for room.  So does this process; trying
 * for the lock every millisecond would be useless.
 */
static int
lock(struct output *o)
{
	if (o->locked || !o->lockable)
		return 1;
	if (!deadline_passed(&o->turn)) {
		o->wait = OUTPUT_FOR_LOCK;
		return 0;
	}
	if (get_lock(o) == 0) {
		o->locked = 1;
		o->tries = 0;
		return 1;
	}
	if (errno != EAGAIN && errno != EACCES) {
		o->lockable = 0;
		return 1;
	}
	if (!has_room(o)) {
		wait_for_room(o);
		return 0;
	}
	o->stuck = deadline_in(STUCK);
	if (o->tries >= PATIENCE)
		return 1;
	o->tries++;
	o->wait = OUTPUT_FOR_LOCK;
	return 0;
}

/* Return how many bytes of the batch to write at once. */
static size_t
portion(const struct output *o)
{
	const char *p = o->buf + o->off;
	size_t left = o->len - o->off, n = PIPE_BUF;

	if (left <= PIPE_BUF || !o->blocks || (o->own && o->locked))
		return left;
	while (!o->locked && n > 0 && p[n - 1] != '\n')
		n--;
	return n > 0 ? n : PIPE_BUF;
}

static ssize_t
write_some(const struct output *o)
{
	if (!o->own && !has_room(o))
		return errno = EAGAIN, -1;
	return write(o->fd, o->buf + o->off, portion(o));
}

/* The whole batch is written. */
static void
finish_batch(struct output *o)
{
	if (o->wait == OUTPUT_FOR_ROOM && deadline_passed(&o->slow))
		o->turn = deadline_in(TURN);
	if (o->len > 0 && o->holder != NULL)
		o->pause = deadline_in(PAUSE);
	o->len = o->off = 0;
	o->wait = OUTPUT_FOR_NOTHING;
	if (o->holder != NULL && deadline_passed(&o->pause))
		o->holder = NULL;
	if (o->holder == NULL)
		unlock(o);
}

/*
 * Has the reader gone?  Devices other than terminals are not polled.  POSIX
 * reports POLLHUP without being asked; macOS reports it only if some event is
 * asked for.
 */
static int
hung_up(const struct output *o)
{
	struct pollfd pfd = { .fd = o->fd, .events = POLLHUP };

	return o->blocks && poll(&pfd, 1, 0) > 0 &&
	    (pfd.revents & (POLLERR | POLLHUP)) != 0;
}

/* Give up.  A terminal that hung up gives EIO: report EPIPE. */
static int
fail(struct output *o, int reason)
{
	if (hung_up(o))
		reason = EPIPE;
	output_close(o);
	return errno = reason, -1;
}

int
output_check(struct output *o)
{
	return hung_up(o) ? fail(o, EPIPE) : 0;
}

int
output_flush(struct output *o)
{
	while (o->off < o->len) {
		ssize_t n;

		if (!lock(o))
			return 0;
		n = write_some(o);
		/* EINTR: return, so that the caller sees the signal. */
		if (n == 0 || (n == -1 &&
		    (errno == EAGAIN || errno == EINTR))) {
			wait_for_room(o);
			return 0;
		}
		if (n == -1)
			return fail(o, errno);
		o->off += (size_t)n;
		o->stuck = deadline_in(STUCK);
	}
	finish_batch(o);
	return 1;
}

int
output_patience(const struct output *o)
{
	return o->fd != -1 && o->wait == OUTPUT_FOR_ROOM ?
	    deadline_poll(&o->stuck) : -1;
}

size_t
output_poll(const struct output *o, struct pollfd *pfd, int *timeout)
{
	if (o->wait == OUTPUT_FOR_LOCK)
		*timeout = deadline_sooner(*timeout, RETRY);
	if (o->len == 0 && o->holder != NULL)
		*timeout = deadline_sooner(*timeout,
		    deadline_poll(&o->pause));
	if (o->fd == -1 || (!o->blocks && o->wait != OUTPUT_FOR_ROOM))
		return 0;
	pfd->fd = o->fd;
	pfd->events = o->wait == OUTPUT_FOR_ROOM ? POLLOUT : POLLHUP;
	pfd->revents = 0;
	return 1;
}
