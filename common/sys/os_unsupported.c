/*
 * os_unsupported.c - the functions that only the Linux back-end can provide.
 *
 * The back-ends for macOS and for plain POSIX link it.
 */
#include "config.h"

#include <sys/types.h>

#include <errno.h>
#include <stddef.h>

#include "sys/os.h"
#include "sys/os_cgroup.h"
#include "sys/os_exchange.h"
#include "sys/os_fork.h"
#include "sys/os_stack.h"

/* Only a subreaper needs the children, and macOS has none. */
int
os_proc_children(pid_t pid, int (*visit)(pid_t, void *), void *arg)
{
	(void)pid, (void)visit, (void)arg;
	return errno = ENOSYS, -1;
}

/* macOS gives out PIDs in turn, but no call reports the last one. */
pid_t
os_last_pid(void)
{
	return errno = ENOSYS, -1;
}

int
os_signal(int ref, int sig)
{
	(void)ref, (void)sig;
	return errno = ENOSYS, -1;
}

int
os_signal_group(int ref, int sig)
{
	(void)ref, (void)sig;
	return errno = ENOSYS, -1;
}

/* On macOS launchd always becomes the parent of orphans. */
int
os_subreaper(void)
{
	return errno = ENOSYS, -1;
}

int
os_namespace(char *buf, size_t size)
{
	(void)size;
	buf[0] = '\0';
	return 0;
}

int
os_cgroup(char *buf, size_t size)
{
	(void)buf, (void)size;
	return errno = ENOSYS, -1;
}

int
os_proc_program(pid_t pid, char *buf, size_t size)
{
	(void)pid, (void)buf, (void)size;
	return errno = ENOSYS, -1;
}

int
os_port_owners(int port, int (*visit)(const struct portowner *, void *),
    void *arg)
{
	(void)port, (void)visit, (void)arg;
	return errno = ENOSYS, -1;
}

int
os_stack_trim(void)
{
	return errno = ENOSYS, -1;
}

pid_t
os_fork_sibling(void)
{
	return errno = ENOSYS, -1;
}

/* macOS has renameatx_np(2), but there the record may as well be replaced. */
int
os_exchange(int dir, const char *one, const char *other)
{
	(void)dir, (void)one, (void)other;
	return errno = ENOSYS, -1;
}
