#include "config.h"

#include <sys/types.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "pgspawn_options.h"
#include "pgspawn_queue.h"
#include "sigpipe.h"

static int
is_request(int sig)
{
	return sig == SIGHUP || sig == SIGINT || sig == SIGQUIT ||
	    sig == SIGTERM;
}

/*
 * A line is there as a whole or not at all (PIPE_BUF); where so many wait to be
 * read that there is no room, one more says nothing new.
 */
static int
write_line(int fd, int sig)
{
	struct sigaction before;
	char line[32];
	int n = snprintf(line, sizeof line, "signal %d\n", 128 + sig);
	int is_read;

	sigpipe_ignore(&before);
	is_read = write(fd, line, (size_t)n) != -1 || errno == EAGAIN;
	sigpipe_restore(&before);
	return is_read;
}

int
queue_signal(int sig, void *arg)
{
	const struct options *o = arg;
	struct stat st;
	int fd, is_read;

	if (!is_request(sig))
		return 0;
	if (sigismember(&o->before->ignored, sig) == 1)
		return 1;
	fd = open(o->queue, O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW);
	if (fd == -1)
		return 0;
	is_read = fstat(fd, &st) == 0 && S_ISFIFO(st.st_mode) &&
	    write_line(fd, sig);
	close(fd);
	return is_read;
}
