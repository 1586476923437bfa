#include "config.h"

#include <sys/socket.h>
#include <sys/types.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/deadline.h"
#include "base/fdio.h"
#include "job/monitor.h"
#include "job/monitor_child.h"

#define PATIENCE	1000	/* ms, for an answer */

static int
make_socket(int s[2])
{
	int i;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, s) == -1)
		return -1;
	for (i = 0; i < 2; i++)
		fcntl(s[i], F_SETFD, FD_CLOEXEC);
	return 0;
}

/* Read the command's PID, or the monitor's failure. */
static pid_t
await_start(struct monitor *m, enum monitor_stage *stage)
{
	struct news news = { .what = FAILED, .stage = MONITOR_FORK };

	if (fdio_read(m->fd, &news, sizeof news) != (ssize_t)sizeof news)
		news.code = ECHILD;		/* it was killed */
	if (news.what == STARTED) {
		m->is_parent = news.is_parent;
		fdio_nonblock(m->fd);
		return news.pid;
	}
	monitor_stop(m);
	*stage = news.stage;
	return errno = news.code, -1;
}

pid_t
monitor_start(struct monitor *m, const struct monitor_options *o,
    void (*child)(void *, pid_t), void *arg, enum monitor_stage *stage)
{
	pid_t supervisor = getpid();
	int s[2];

	memset(m, 0, sizeof *m);
	m->fd = -1;
	*stage = MONITOR_FORK;
	if (make_socket(s) == -1)
		return -1;
	m->pid = fork();
	if (m->pid == 0) {
		close(s[0]);
		monitor_child_run(o, supervisor, s[1], child, arg);
	}
	close(s[1]);
	if (m->pid == -1) {
		m->pid = 0;
		close(s[0]);
		return -1;
	}
	m->fd = s[0];
	return await_start(m, stage);
}

void
monitor_note_modes(const struct monitor *m, const struct termios *saved,
    const struct termios *raw)
{
	struct orders orders;

	memset(&orders, 0, sizeof orders);
	orders.order = MODES;
	orders.raw = raw != NULL;
	orders.saved = *saved;
	if (raw != NULL)
		orders.modes = *raw;
	if (m->fd != -1)
		(void)fdio_write(m->fd, &orders, sizeof orders);
}

int
monitor_news(const struct monitor *m, int *code, int *status)
{
	struct news news;
	ssize_t n;

	do
		n = m->fd == -1 ? 0 : read(m->fd, &news, sizeof news);
	while (n == -1 && errno == EINTR);
	if (n == (ssize_t)sizeof news && news.what == CHANGED) {
		*code = news.code;
		*status = news.status;
		return 1;
	}
	return n == -1 && errno == EAGAIN ? 0 : -1;
}

void
monitor_reap(const struct monitor *m)
{
	struct pollfd pfd = { .fd = m->fd, .events = POLLIN };
	struct deadline until = deadline_in(PATIENCE);
	struct orders orders;
	struct news news;

	memset(&orders, 0, sizeof orders);
	orders.order = REAP;
	if (m->fd == -1 || fdio_write(m->fd, &orders, sizeof orders) == -1)
		return;
	while (poll(&pfd, 1, deadline_poll(&until)) == -1 && errno == EINTR)
		continue;
	(void)read(m->fd, &news, sizeof news);
}

void
monitor_stop(struct monitor *m)
{
	struct orders orders;

	memset(&orders, 0, sizeof orders);
	orders.order = LEAVE;
	if (m->fd != -1) {
		(void)fdio_write(m->fd, &orders, sizeof orders);
		close(m->fd);
	}
	m->fd = -1;
	if (m->pid > 0) {
		kill(m->pid, SIGCONT);	/* it is not reaped yet */
		while (waitpid(m->pid, NULL, 0) == -1 && errno == EINTR)
			continue;
	}
	m->pid = 0;
}
