/*
 * fdio.h - descriptors: open, close, and read or write them to the end.
 * A function that returns an int returns 0, or -1 and errno, unless said
 * otherwise.
 */
#ifndef FDIO_H
#define FDIO_H

#include <sys/types.h>
#include <poll.h>
#include <stddef.h>

/*
 * Open /dev/null on each closed descriptor of 0, 1, 2.  Return 1 if standard
 * output was closed, else 0; or -1 with ENOENT, EMFILE ...
 */
int	fdio_fill_standard(void);

/*
 * For a command that has something to print: let each write to a standard
 * output that was closed fail (EBADF), as if it were closed still.
 */
void	fdio_refuse_output(void);

/* Make every descriptor from lowfd up close-on-exec. */
void	fdio_cloexec_from(int lowfd);

/* Close every descriptor from lowfd up. */
void	fdio_close_from(int lowfd);

/* Replace 0, 1 and 2 with /dev/null.  ENOENT, EMFILE ... */
int	fdio_null_standard(void);

/* Make a pipe with both ends close-on-exec.  EMFILE, ENFILE. */
int	fdio_pipe(int p[2]);

/* Set O_NONBLOCK.  EBADF. */
int	fdio_nonblock(int fd);

/* chdir to /, so that this process keeps no file system busy. */
void	fdio_leave_directory(void);

/*
 * Write all len bytes; wait for room as long as necessary.  The errno of
 * write(2): EPIPE, ENOSPC, EIO ...
 */
int	fdio_write(int fd, const void *buf, size_t len);

/*
 * Read len bytes, or less if the file ends.  Return how many, or -1 with the
 * errno of read(2).
 */
ssize_t	fdio_read(int fd, void *buf, size_t len);

/*
 * Open a file for appending; create it with mode 0666 and the umask.  Return a
 * close-on-exec descriptor, or -1 with the errno of open(2); ENXIO: path is a
 * FIFO without a reader.
 */
int	fdio_append(const char *path);

/* Raise the limit of open descriptors to its maximum; return the new limit. */
long	fdio_raise_limit(void);

/*
 * Return fd if it may stay open for long.  If fewer than four descriptors are
 * free above it, close it and return -1 with EMFILE: short work needs them.
 * If fd is -1, return -1.
 */
int	fdio_keep(int fd);

/*
 * As poll(2), without the entries whose fd is -1, of FDIO_POLL at most: poll(2)
 * fails for more entries than descriptors may be open.
 */
#define FDIO_POLL	32
int	fdio_poll(struct pollfd *pfd, size_t n, int timeout);

#endif
