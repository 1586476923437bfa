#include "config.h"

#ifdef HAVE_SYS_SIGNALFD_H
#include <sys/signalfd.h>
#endif
#include <sys/types.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/sigwake.h"

static int	wakefd = -1;	/* the handler writes to this end of the pipe */
static int	readfd = -1;	/* sigwake_read reads from this one */
static int	stopfd = -1;	/* the signalfd of sigwake_open_stop */

/* How many CONT the handler caught, and sigwake_read returned, modulo 128. */
static volatile sig_atomic_t	caught_conts;
static int	read_conts;

static void
wake(int sig)
{
	unsigned char byte = (unsigned char)sig;
	int saved = errno;

	/* EAGAIN: the pipe is full of signals already. */
	while (write(wakefd, &byte, 1) == -1 && errno == EINTR)
		continue;
	if (sig == SIGCONT)
		caught_conts = (caught_conts + 1) & 127;
	errno = saved;
}

static int
open_pipe(int p[2])
{
#ifdef HAVE_PIPE2
	return pipe2(p, O_CLOEXEC | O_NONBLOCK);
#else
	int i;

	if (pipe(p) == -1)
		return -1;
	for (i = 0; i < 2; i++) {
		fcntl(p[i], F_SETFD, FD_CLOEXEC);
		fcntl(p[i], F_SETFL, O_NONBLOCK);
	}
	return 0;
#endif
}

int
sigwake_open(const sigset_t *set)
{
	struct sigaction sa;
	int sig, p[2];

	if (wakefd == -1) {
		if (open_pipe(p) == -1)
			return -1;
		readfd = p[0];
		wakefd = p[1];
	}
	memset(&sa, 0, sizeof sa);
	sa.sa_handler = wake;
	sigfillset(&sa.sa_mask);
	for (sig = 1; sig < NSIG; sig++)
		if (sigismember(set, sig) == 1)
			sigaction(sig, &sa, NULL);
	sigprocmask(SIG_UNBLOCK, set, NULL);
	return readfd;
}

int
sigwake_open_ending(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGQUIT);
	sigaddset(&set, SIGTERM);
	return sigwake_open(&set);
}

int
sigwake_open_all(const sigset_t *but)
{
	static const int faults[] = {
		SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS
	};
	sigset_t set;
	size_t i;
	int sig;

	sigfillset(&set);
	for (i = 0; i < sizeof faults / sizeof faults[0]; i++)
		sigdelset(&set, faults[i]);
	sigdelset(&set, SIGKILL);
	sigdelset(&set, SIGSTOP);
	for (sig = 1; sig < NSIG; sig++)
		if (sigismember(but, sig) == 1)
			sigdelset(&set, sig);
	sigprocmask(SIG_UNBLOCK, but, NULL);
#ifdef HAVE_SYS_SIGNALFD_H
	sigdelset(&set, SIGTSTP);
#endif
	return sigwake_open(&set);
}

int
sigwake_is_open(void)
{
	return wakefd != -1;
}

static void
set_one(sigset_t *set, int sig)
{
	sigemptyset(set);
	sigaddset(set, sig);
}

/*
 * A TSTP that the process sends to itself would discard a CONT that arrived
 * just before.  So the original TSTP stays pending until let_stop unblocks it.
 * TTIN and TTOU keep their handler: a terminal treats a process that blocks
 * them differently.
 */
int
sigwake_open_stop(void)
{
#ifdef HAVE_SYS_SIGNALFD_H
	sigset_t set;

	set_one(&set, SIGTSTP);
	if (stopfd == -1)
		stopfd = signalfd(-1, &set, SFD_CLOEXEC);
#endif
	return stopfd;
}

int
sigwake_stop_waits(void)
{
#ifdef HAVE_SYS_SIGNALFD_H
	sigset_t set;

	return sigpending(&set) == 0 && sigismember(&set, SIGTSTP) == 1;
#else
	return 0;
#endif
}

int
sigwake_read(int fd)
{
	unsigned char byte;
	ssize_t n;

	do
		n = read(fd, &byte, 1);
	while (n == -1 && errno == EINTR);
	if (n == 1 && byte == SIGCONT)
		read_conts = (read_conts + 1) & 127;
	return n == 1 ? byte : 0;
}

int
sigwake_continued(void)
{
	return caught_conts != read_conts;
}

/* Let the pending TSTP stop the process, unless a CONT has discarded it. */
static void
let_stop(void)
{
	struct sigaction fresh;
	sigset_t set;

	memset(&fresh, 0, sizeof fresh);
	fresh.sa_handler = SIG_DFL;
	sigaction(SIGTSTP, &fresh, NULL);
	set_one(&set, SIGTSTP);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	sigprocmask(SIG_BLOCK, &set, NULL);
}

/*
 * Without a pending TSTP the process sends sig to itself while sig is blocked.
 * A CONT that arrives after that discards it; one that arrived before is seen
 * by sigwake_continued, and ignoring sig then discards it.  Sending STOP
 * instead would leave a moment in which a CONT is lost.
 */
void
sigwake_stop(int sig, pid_t target)
{
	struct sigaction fresh, ignore, caught;
	sigset_t set, before;

	if (sigwake_stop_waits()) {
		let_stop();
		return;
	}
	memset(&fresh, 0, sizeof fresh);
	fresh.sa_handler = SIG_DFL;
	ignore = fresh;
	ignore.sa_handler = SIG_IGN;
	set_one(&set, sig);
	sigprocmask(SIG_BLOCK, &set, &before);
	sigaction(sig, &fresh, &caught);
	kill(target, sig);
	if (sigwake_continued())
		sigaction(sig, &ignore, NULL);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	sigprocmask(SIG_SETMASK, &before, NULL);
	sigaction(sig, &caught, NULL);
}
