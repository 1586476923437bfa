#include "config.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/fdspare.h"

int
fdspare_hold(struct fdspare *spare, int n)
{
	for (; n > 0 && spare->n < FDSPARE_MAX; n--) {
		int fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);

		if (fd == -1)
			return -1;
		spare->fd[spare->n++] = fd;
	}
	return 0;
}

void
fdspare_give(struct fdspare *spare, int n)
{
	for (; n > 0 && spare->n > 0; n--)
		close(spare->fd[--spare->n]);
}
