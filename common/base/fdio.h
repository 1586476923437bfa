/* fdio.h - descriptors, and reading and writing them to the end. */
#ifndef FDIO_H
#define FDIO_H

#include <sys/types.h>
#include <stddef.h>

/* Open /dev/null on those of 0, 1, 2 that are closed.  ENOENT, EMFILE ... */
int	fdio_fill_standard(void);

/* Mark every descriptor from lowfd up as close-on-exec. */
void	fdio_cloexec_from(int lowfd);

/* Close them all. */
void	fdio_close_from(int lowfd);

/* Let 0, 1 and 2 be /dev/null, whatever they were.  ENOENT, EMFILE ... */
int	fdio_null_standard(void);

/* A pipe with both ends close-on-exec.  EMFILE, ENFILE. */
int	fdio_pipe(int p[2]);

int	fdio_nonblock(int fd);

/* Work in / from now on, so that a file system can be unmounted meanwhile. */
void	fdio_leave_directory(void);

/*
 * Write all of it, however long that takes.  Return 0, or -1 and errno of
 * write(2): EPIPE, ENOSPC, EIO ...
 */
int	fdio_write(int fd, const void *buf, size_t len);

/* Read until len bytes or the end; return how many, or -1. */
ssize_t	fdio_read(int fd, void *buf, size_t len);

/*
 * Open a file to append to, made with 0666 & umask; close-on-exec.  ENXIO: a FIFO
 * that nobody reads.
 */
int	fdio_append(const char *path);

/* Raise the limit of open descriptors as far as it goes; the new limit. */
long	fdio_raise_limit(void);

/*
 * Keep fd open for long?  Return it, or close it and return -1 with EMFILE if
 * only a few more could be opened, which passing work needs.  -1 is passed on.
 */
int	fdio_keep(int fd);

#endif
