/*
 * openfiles.h - has a call left a descriptor open?  A check asks before and after
 * it.
 */
#ifndef OPENFILES_H
#define OPENFILES_H

#include <fcntl.h>

/* How many descriptors are open?  Those from 64 on do not count. */
static int
open_files(void)
{
	int fd, n = 0;

	for (fd = 0; fd < 64; fd++)
		n += fcntl(fd, F_GETFD) != -1;
	return n;
}

#endif
