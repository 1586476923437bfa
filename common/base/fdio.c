#include "config.h"

#include <sys/resource.h>
#include <sys/types.h>
#ifdef HAVE_SYS_SYSCALL_H
#include <sys/syscall.h>
#endif

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/fdio.h"

#define WRITE_TRIES 100
#define WRITE_PAUSE 10	/* ms */
#define SPARE	4	/* descriptors left for short work */
#define POLL_SPARE 32	/* poll(2) entries beside processes (PROCWATCH_EXTRA) */

int
fdio_fill_standard(void)
{
	int fd, mute = fcntl(STDOUT_FILENO, F_GETFD) == -1;

	for (fd = 0; fd <= 2 && fcntl(fd, F_GETFD) != -1; fd++)
		;
	if (fd > 2)
		return 0;
	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= 2);
	if (fd == -1)
		return -1;
	close(fd);
	return mute;
}

void
fdio_refuse_output(void)
{
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

	if (fd == -1 || dup2(fd, STDOUT_FILENO) == -1)
		close(STDOUT_FILENO);
	if (fd != -1)
		close(fd);
}

/*
 * close_range takes microseconds; a loop up to a limit of a million takes
 * 150 ms (Linux 6.18).  musl lacks the function, Linux before 5.11 the flag.
 */
static int
sweep_range(int lowfd, int cloexec)
{
	unsigned int flags = cloexec ? 4 : 0;	/* CLOSE_RANGE_CLOEXEC */

#if defined HAVE_CLOSE_RANGE
	return close_range((unsigned int)lowfd, ~0U, (int)flags);
#elif defined SYS_close_range
	return (int)syscall(SYS_close_range, lowfd, ~0U, flags);
#else
	(void)lowfd, (void)flags;
	return errno = ENOSYS, -1;
#endif
}

static void
sweep_one(long fd, int cloexec)
{
	if (cloexec)
		fcntl((int)fd, F_SETFD, FD_CLOEXEC);
	else
		close((int)fd);
}

/* One by one, the descriptors that /dev/fd lists.  -1: it is of no use. */
static int
sweep_listed(int lowfd, int cloexec)
{
	DIR *dir = opendir("/dev/fd");
	struct dirent *entry;
	int n = 0;

	if (dir == NULL)
		return -1;
	while ((entry = readdir(dir)) != NULL) {
		char *end;
		long fd = strtol(entry->d_name, &end, 10);

		if (*end != '\0' || end == entry->d_name)
			continue;
		n++;
		if (fd >= lowfd && fd != dirfd(dir))
			sweep_one(fd, cloexec);
	}
	closedir(dir);
	/*
	 * Some systems have a static /dev/fd that shows only 0, 1 and 2; a
	 * real one lists dir as well.
	 */
	return n > 3 ? 0 : -1;
}

static void
sweep(int lowfd, int cloexec)
{
	long fd, max;

	if (sweep_range(lowfd, cloexec) == 0 ||
	    sweep_listed(lowfd, cloexec) == 0)
		return;
	max = sysconf(_SC_OPEN_MAX);
	for (fd = lowfd; fd < max; fd++)
		sweep_one(fd, cloexec);
}

void
fdio_cloexec_from(int lowfd)
{
	sweep(lowfd, 1);
}

void
fdio_close_from(int lowfd)
{
	sweep(lowfd, 0);
}

int
fdio_pipe(int p[2])
{
#ifdef HAVE_PIPE2
	return pipe2(p, O_CLOEXEC);
#else
	if (pipe(p) == -1)
		return -1;
	fcntl(p[0], F_SETFD, FD_CLOEXEC);
	fcntl(p[1], F_SETFD, FD_CLOEXEC);
	return 0;
#endif
}

int
fdio_nonblock(int fd)
{
	int flags = fcntl(fd, F_GETFL);

	return flags == -1 ? -1 : fcntl(fd, F_SETFL, flags | O_NONBLOCK);
}

int
fdio_write(int fd, const void *buf, size_t len)
{
	const char *p = buf;
	int tries = 0;

	while (len > 0) {
		ssize_t n = write(fd, p, len);

		if (n == -1 && errno == EAGAIN) {
			struct pollfd pfd = { .fd = fd, .events = POLLOUT };

			poll(&pfd, 1, -1);
			continue;
		}
		if (n == -1 && errno == EINTR)
			continue;
		/* The system is short of memory, perhaps not for long. */
		if (n == -1 && (errno == ENOBUFS || errno == ENOMEM) &&
		    tries++ < WRITE_TRIES) {
			poll(NULL, 0, WRITE_PAUSE);
			continue;
		}
		if (n == -1)
			return -1;
		p += n;
		len -= (size_t)n;
	}
	return 0;
}

ssize_t
fdio_read(int fd, void *buf, size_t len)
{
	char *p = buf;
	size_t done = 0;

	while (done < len) {
		ssize_t n = read(fd, p + done, len - done);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return -1;
		if (n == 0)
			break;
		done += (size_t)n;
	}
	return (ssize_t)done;
}

int
fdio_null_standard(void)
{
	int fd, null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null == -1)
		return -1;
	for (fd = 0; fd < 3; fd++)
		if (fd != null)
			dup2(null, fd);
	if (null > 2)
		close(null);
	return 0;
}

int
fdio_append(const char *path)
{
	int flags, fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC |
	    O_NONBLOCK, 0666);

	if (fd != -1 && (flags = fcntl(fd, F_GETFL)) != -1)
		fcntl(fd, F_SETFL, flags & ~O_NONBLOCK);
	return fd;
}

/*
 * Where OPEN_MAX is a constant, as on macOS, poll(2) takes no more entries
 * than that, and setrlimit(2) refuses an unlimited number or lowers it to a
 * few thousand.
 */
static rlim_t
highest_limit(const struct rlimit *limit)
{
#ifdef OPEN_MAX
	if (limit->rlim_max > OPEN_MAX - POLL_SPARE)
		return OPEN_MAX - POLL_SPARE;
#endif
	return limit->rlim_max;
}

long
fdio_raise_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == -1)
		return sysconf(_SC_OPEN_MAX);
	if (limit.rlim_cur != highest_limit(&limit)) {
		limit.rlim_cur = highest_limit(&limit);
		setrlimit(RLIMIT_NOFILE, &limit);
		getrlimit(RLIMIT_NOFILE, &limit);
	}
	return limit.rlim_cur > LONG_MAX ? LONG_MAX : (long)limit.rlim_cur;
}

int
fdio_keep(int fd)
{
	struct rlimit limit;

	if (fd == -1 || getrlimit(RLIMIT_NOFILE, &limit) == -1 ||
	    (rlim_t)fd + SPARE < limit.rlim_cur)
		return fd;
	close(fd);
	return errno = EMFILE, -1;
}

void
fdio_leave_directory(void)
{
	/* A process that may not search / stays where it is. */
	if (chdir("/") == -1)
		return;
}

int
fdio_poll(struct pollfd *pfd, size_t n, int timeout)
{
	struct pollfd used[FDIO_POLL];
	size_t i, nused = 0;
	int ready;

	for (i = 0; i < n; i++)
		if (pfd[i].fd != -1)
			used[nused++] = pfd[i];
	ready = poll(used, (nfds_t)nused, timeout);
	for (i = n; i-- > 0; )
		pfd[i].revents = pfd[i].fd == -1 || ready < 0 ? 0 :
		    used[--nused].revents;
	return ready;
}
