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

static int	wakefd = -1;	/* the handler's end of the pipe */
static int	readfd = -1;	/* and ours */
static int	stopfd = -1;	/* of sigwake_open_stop */

/* How many CONT came, and were read; of each it is the last seven bits. */
static volatile sig_atomic_t	came;
static int	fetched;

static void
wake(int sig)
{
	unsigned char byte = (unsigned char)sig;
	int saved = errno;
	ssize_t n = write(wakefd, &byte, 1);

	(void)n;		/* full: 65,536 signals wait already */
	if (sig == SIGCONT)
		came = (came + 1) & 127;
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
only(sigset_t *set, int sig)
{
	sigemptyset(set);
	sigaddset(set, sig);
}

/*
 * To stop as TSTP does by a TSTP of our own would discard a CONT that came just
 * before: so the one that came is kept, blocked, until we let it stop us.  The
 * others stay with their handlers, as blocked they change what a terminal does.
 */
int
sigwake_open_stop(void)
{
#ifdef HAVE_SYS_SIGNALFD_H
	sigset_t set;

	only(&set, SIGTSTP);
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
		fetched = (fetched + 1) & 127;
	return n == 1 ? byte : 0;
}

int
sigwake_continued(void)
{
	return came != fetched;
}

/* A stop that waits is discarded by a CONT that comes. */
static void
let_stop(void)
{
	struct sigaction fresh;
	sigset_t set;

	memset(&fresh, 0, sizeof fresh);
	fresh.sa_handler = SIG_DFL;
	sigaction(SIGTSTP, &fresh, NULL);
	only(&set, SIGTSTP);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	sigprocmask(SIG_BLOCK, &set, NULL);
}

/*
 * Our own is discarded as well, and by being ignored where a CONT came before.
 * STOP is no way where it does nothing: there would be a moment in which a CONT
 * is in vain.
 */
void
sigwake_stop(int sig, pid_t who)
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
	only(&set, sig);
	sigprocmask(SIG_BLOCK, &set, &before);
	sigaction(sig, &fresh, &caught);
	kill(who, sig);
	if (sigwake_continued())
		sigaction(sig, &ignore, NULL);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	sigprocmask(SIG_SETMASK, &before, NULL);
	sigaction(sig, &caught, NULL);
}
