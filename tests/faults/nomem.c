/*
 * nomem.so, for LD_PRELOAD: the call of malloc, calloc or realloc with the number of
 * FAULTS_MALLOC fails; with FAULTS_SHORT a read of a pipe, terminal or socket gives one
 * byte, and a long write takes half of what it is given. Only in the program that is
 * started with it, not in those that it starts: the variables are removed.
 */
#include "config.h"

#include <sys/stat.h>
#include <sys/syscall.h>

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

static long	calls, failing;
static int	cut;

__attribute__((__constructor__))
static void
start(void)
{
	const char *number = getenv("FAULTS_MALLOC");

	if (number != NULL)
		failing = strtol(number, NULL, 10);
	cut = getenv("FAULTS_SHORT") != NULL;
	unsetenv("FAULTS_MALLOC");
	unsetenv("FAULTS_SHORT");
	unsetenv("LD_PRELOAD");
}

static int
fails(void)
{
	if (failing == 0 || __sync_add_and_fetch(&calls, 1) != failing)
		return 0;
	errno = ENOMEM;
	return 1;
}

extern void	*__libc_malloc(size_t);
extern void	*__libc_calloc(size_t, size_t);
extern void	*__libc_realloc(void *, size_t);

void *
malloc(size_t size)
{
	return fails() ? NULL : __libc_malloc(size);
}

void *
calloc(size_t n, size_t size)
{
	return fails() ? NULL : __libc_calloc(n, size);
}

void *
realloc(void *p, size_t size)
{
	return fails() ? NULL : __libc_realloc(p, size);
}

static int
is_stream(int fd)
{
	struct stat st;

	return cut && fstat(fd, &st) == 0 && (S_ISFIFO(st.st_mode) ||
	    S_ISCHR(st.st_mode) || S_ISSOCK(st.st_mode));
}

ssize_t
read(int fd, void *buf, size_t n)
{
	return syscall(SYS_read, fd, buf, n > 1 && is_stream(fd) ? 1 : n);
}

ssize_t
write(int fd, const void *buf, size_t n)
{
	return syscall(SYS_write, fd, buf, n > 512 && is_stream(fd) ? n / 2 : n);
}
