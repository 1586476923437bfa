#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "sigwake.h"

static int	wakefd = -1;	/* the handler's end of the pipe */

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
	int i;

	if (pipe(p) == -1)
		return -1;
	for (i = 0; i < 2; i++) {
		fcntl(p[i], F_SETFD, FD_CLOEXEC);
		fcntl(p[i], F_SETFL, O_NONBLOCK);
	}
	return 0;
}

int
sigwake_open(const sigset_t *set)
{
	struct sigaction sa;
	int sig, p[2];

	if (open_pipe(p) == -1)
		return -1;
	wakefd = p[1];
	came = fetched = 0;
	memset(&sa, 0, sizeof sa);
	sa.sa_handler = wake;
	sigfillset(&sa.sa_mask);
	for (sig = 1; sig < NSIG; sig++)
		if (sigismember(set, sig) == 1)
			sigaction(sig, &sa, NULL);
	sigprocmask(SIG_UNBLOCK, set, NULL);
	return p[0];
}

int
sigwake_open_all(int but)
{
	static const int faults[] = {
		SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS
	};
	sigset_t set;
	size_t i;

	sigfillset(&set);
	for (i = 0; i < sizeof faults / sizeof faults[0]; i++)
		sigdelset(&set, faults[i]);
	sigdelset(&set, SIGKILL);
	sigdelset(&set, SIGSTOP);
	if (but != 0)
		sigdelset(&set, but);
	return sigwake_open(&set);
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

/*
 * A stop that is still blocked is discarded by a CONT that comes, and by being
 * ignored where one came before.  In an orphaned group, where only STOP stops, a
 * CONT just before that is in vain.
 */
void
sigwake_stop(int sig)
{
	struct sigaction fresh, ignore, caught;
	sigset_t set;

	memset(&fresh, 0, sizeof fresh);
	fresh.sa_handler = SIG_DFL;
	ignore = fresh;
	ignore.sa_handler = SIG_IGN;
	sigemptyset(&set);
	sigaddset(&set, sig);
	sigprocmask(SIG_BLOCK, &set, NULL);
	sigaction(sig, &fresh, &caught);
	raise(sig);
	if (sigwake_continued())
		sigaction(sig, &ignore, NULL);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	if (!sigwake_continued())
		raise(SIGSTOP);
	sigaction(sig, &caught, NULL);
}
