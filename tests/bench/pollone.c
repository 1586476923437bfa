/*
 * pollone pid
 *
 * The least that waiting for the end of a process can cost: one pidfd, one poll,
 * and out. Linux only.
 */
#include "config.h"

#include <sys/syscall.h>

#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

int
main(int argc, char *argv[])
{
	struct pollfd p = { .events = POLLIN };
	long pid = argc == 2 ? strtol(argv[1], NULL, 10) : 0;

	p.fd = (int)syscall(SYS_pidfd_open, pid, 0);
	_exit(p.fd == -1 || poll(&p, 1, -1) != 1);
}
