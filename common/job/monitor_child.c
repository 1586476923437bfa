#include "config.h"

#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/types.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/fdio.h"
#include "job/monitor_child.h"
#include "sys/os_fork.h"
#include "sys/os_stack.h"

#define LOOK		50	/* ms between looks at a group that is ended */

/* The descriptors of a monitor. */
enum { SOCKET = 3, MASTER = 4, CALLER = 5, FREE = 6 };

struct monitor_state {
	const struct monitor_options *o;
	pid_t		supervisor, command;
	int		is_parent, is_dead;
	struct orders	modes;		/* the last order MODES */
};

static void
tell(int fd, const struct news *news)
{
	(void)fdio_write(fd, news, sizeof *news);
}

static void
fail(int fd, enum monitor_stage stage)
{
	struct news news = {
		.what = FAILED, .stage = stage, .code = errno
	};

	tell(fd, &news);
	_exit(127);
}

static void
wake(int sig)
{
	(void)sig;
}

/* Move three descriptors to their places, and close all others. */
static void
take_descriptors(const struct monitor_options *o, int fd)
{
	int from[3], i;

	from[0] = fd;
	from[1] = o->master;
	from[2] = o->caller == -1 ? -1 : dup(o->caller);
	fdio_null_standard();
	(void)chdir("/");
	for (i = 0; i < 3; i++)		/* do not overwrite one another */
		while (from[i] >= 0 && from[i] < FREE)
			from[i] = dup(from[i]);
	for (i = 0; i < 3; i++)
		if (from[i] >= 0)
			dup2(from[i], SOCKET + i);
		else
			close(SOCKET + i);
	fdio_close_from(FREE);
}

/*
 * Is this a stop that has to be undone?  No shell would continue the command.
 * A child of the supervisor leads an orphaned process group, which these
 * signals do not stop.  The group of a child of the monitor is not orphaned.
 */
static int
is_of_terminal(int sig)
{
	return sig == SIGTSTP || sig == SIGTTIN || sig == SIGTTOU;
}

/* Report a stop or the end of the command, and send CHLD.  Was there one? */
static int
report(struct monitor_state *p)
{
	struct news news = { .what = CHANGED };
	siginfo_t si = { .si_pid = 0 };

	if (p->is_dead)
		return 0;
	if (waitid(P_PID, (id_t)p->command, &si, WSTOPPED | WNOHANG) == -1 ||
	    si.si_pid == 0) {
		si.si_pid = 0;
		if (waitid(P_PID, (id_t)p->command, &si,
		    WEXITED | WNOHANG | WNOWAIT) == -1 || si.si_pid == 0)
			return 0;
		p->is_dead = 1;
	}
	if (si.si_code == CLD_STOPPED && is_of_terminal(si.si_status)) {
		kill(-p->command, SIGCONT);
		return 1;
	}
	news.code = si.si_code;
	news.status = si.si_status;
	tell(SOCKET, &news);
	if (getppid() == p->supervisor)
		kill(p->supervisor, SIGCHLD);
	return 1;
}

/* Wait for an order, or for CHLD. */
static void
wait_for_any(const struct monitor_state *p)
{
	sigset_t mask;
	fd_set set;

	if (!p->is_parent)
		return;			/* read(2) waits */
	sigfillset(&mask);
	sigdelset(&mask, SIGCHLD);
	FD_ZERO(&set);
	FD_SET(SOCKET, &set);
	if (pselect(SOCKET + 1, &set, NULL, NULL, NULL, &mask) == -1)
		FD_ZERO(&set);
}

static int
is_same(const struct termios *a, const struct termios *b)
{
	return a->c_iflag == b->c_iflag && a->c_oflag == b->c_oflag &&
	    a->c_lflag == b->c_lflag && a->c_cc[VMIN] == b->c_cc[VMIN] &&
	    a->c_cc[VTIME] == b->c_cc[VTIME];
}

/* Restore the modes, unless another process has changed them since. */
static void
give_back(const struct orders *modes)
{
	struct termios now;

	if (modes->raw && tcgetattr(CALLER, &now) == 0 &&
	    is_same(&now, &modes->modes))
		tcsetattr(CALLER, TCSANOW, &modes->saved);
}

/*
 * Has the group a process left?  A zombie child of the monitor is reaped
 * first.
 */
static int
is_group_left(const struct monitor_state *p)
{
	if (p->is_parent)
		(void)waitpid(p->command, NULL, WNOHANG);
	return kill(-p->command, 0) == 0 || errno != ESRCH;
}

/* The supervisor is dead (rule 2). */
static void
outlive_supervisor(const struct monitor_state *p)
{
	struct pollfd pfd = { .fd = MASTER, .events = POLLIN };
	char buf[1024];

	give_back(&p->modes);
	while (p->o->stays && is_group_left(p))
		if (poll(&pfd, 1, LOOK) > 0 &&
		    read(MASTER, buf, sizeof buf) <= 0)
			poll(NULL, 0, LOOK);
	_exit(0);
}

/*
 * Exit.  The end of a session's leader hangs up the foreground group, so the
 * monitor's own group is put into the foreground first.
 */
static void
leave(void)
{
	int fd = open("/dev/tty", O_RDWR);

	if (fd != -1)
		(void)tcsetpgrp(fd, getpid());
	_exit(0);
}

static void
obey(struct monitor_state *p, const struct orders *orders)
{
	struct news news = { .what = REAPED };

	switch (orders->order) {
	case MODES:
		p->modes = *orders;
		break;
	case REAP:
		(void)waitpid(p->command, NULL, 0);
		tell(SOCKET, &news);
		break;
	case LEAVE:
		leave();
	}
}

static void
run_monitor(struct monitor_state *p)
{
	struct pollfd pfd = { .fd = SOCKET, .events = POLLIN };
	struct sigaction sa;
	struct orders orders;

	memset(&sa, 0, sizeof sa);
	sa.sa_handler = wake;
	if (p->is_parent)
		sigaction(SIGCHLD, &sa, NULL);
	(void)os_stack_trim();
	for (;;) {
		wait_for_any(p);
		if (p->is_parent) {
			while (report(p))
				continue;
			if (poll(&pfd, 1, 0) <= 0)
				continue;
		}
		if (fdio_read(SOCKET, &orders, sizeof orders) !=
		    (ssize_t)sizeof orders)
			outlive_supervisor(p);
		obey(p, &orders);
	}
}

/* Lead a group in the foreground, as a shell's job does; TTOU is blocked. */
static void
lead_foreground(const struct monitor_options *o)
{
	(void)setpgid(0, 0);
	(void)tcsetpgrp(o->slave, getpid());
}

void
monitor_child_run(const struct monitor_options *o, pid_t supervisor, int fd,
    void (*child)(void *, pid_t), void *arg)
{
	struct monitor_state state = { .o = o, .supervisor = supervisor };
	struct monitor_state *p = &state;
	struct news news = { .what = STARTED };
	pid_t parent = supervisor;

	if (setsid() == -1)
		fail(fd, MONITOR_SESSION);
	if (ioctl(p->o->slave, TIOCSCTTY, 0) == -1)
		fail(fd, MONITOR_TERMINAL);
	p->command = os_fork_sibling();
	if (p->command == -1 && errno == ENOSYS) {
		p->is_parent = 1;
		parent = getpid();
		p->command = fork();
	}
	if (p->command == -1)
		fail(fd, MONITOR_FORK);
	if (p->command == 0) {
		close(fd);
		lead_foreground(p->o);
		child(arg, parent);
		_exit(127);
	}
	news.pid = p->command;
	news.is_parent = p->is_parent;
	tell(fd, &news);
	take_descriptors(p->o, fd);
	run_monitor(p);
}
