#include "config.h"

#include <sys/types.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "fdio.h"
#include "pgspawn_options.h"
#include "pgspawn_queue.h"

static int
is_request(int sig)
{
	return sig == SIGHUP || sig == SIGINT || sig == SIGQUIT ||
	    sig == SIGTERM;
}

/* A line is there as a whole or not at all (PIPE_BUF). */
int
queue_signal(int sig, void *arg)
{
	const struct options *o = arg;
	struct stat st;
	char line[32];
	int fd, n;

	if (!is_request(sig))
		return 0;
	if (sigismember(&o->before->ignored, sig) == 1)
		return 1;
	fd = open(o->queue, O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW);
	if (fd == -1)
		return errno == ENXIO;	/* nobody is there to read it */
	n = snprintf(line, sizeof line, "signal %d\n", 128 + sig);
	if (fstat(fd, &st) == -1 || !S_ISFIFO(st.st_mode))
		n = 0;
	else
		(void)fdio_write(fd, line, (size_t)n);
	close(fd);
	return n != 0;
}
