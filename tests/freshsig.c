/*
 * freshsig [-g | -s] [-h | -n] command [arg ...]
 *
 * Runs a command with every signal at its default and none blocked. A shell
 * starts background commands with INT and QUIT ignored, and a shell script
 * cannot trap what was ignored at its start.
 *	-g	in a process group of its own
 *	-h	with the signals ignored that the C library hides
 *	-n	without a change to the signals
 *	-s	in a session of its own
 */
#include "config.h"

#if defined HAVE_SYS_SYSCALL_H || defined __linux__
#include <sys/syscall.h>
#endif

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/*
 * glibc keeps 32 and 33 for itself and refuses them, but its posix_spawn(3), by
 * which GNU make 4.3 starts a recipe, leaves them ignored.
 */
static void
reset_hidden(int sig, int ignore)
{
#ifdef SYS_rt_sigaction
	/* SIG_IGN is 1, and the first field on all but a few machines. */
	unsigned long action[8] = { (unsigned long)ignore };

	(void)syscall(SYS_rt_sigaction, sig, action, NULL, 8);
#else
	(void)sig, (void)ignore;
#endif
}

static void
reset_signals(int ignore)
{
	struct sigaction sa;
	sigset_t none;
	int sig;

	memset(&sa, 0, sizeof(sa));
	sa.sa_handler = SIG_DFL;
	for (sig = 1; sig < NSIG; sig++)
		if (sigaction(sig, &sa, NULL) == -1)
			reset_hidden(sig, ignore);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

int
main(int argc, char *argv[])
{
	int hidden = 0, fresh = 1, result = 0, ch;

	while ((ch = getopt(argc, argv, "+ghns")) != -1) {
		if (ch == 'g')
			result = setpgid(0, 0);
		else if (ch == 's')
			result = setsid();
		else if (ch == 'h')
			hidden = 1;
		else if (ch == 'n')
			fresh = 0;
		if (ch == '?' || result == -1)
			break;
	}
	argv += optind;
	if (ch != -1 || argv[0] == NULL) {
		fprintf(stderr,
		    "usage: freshsig [-g | -s] [-h | -n] command ...\n");
		return 125;
	}
	if (fresh)
		reset_signals(hidden);
	execvp(argv[0], argv);
	fprintf(stderr, "freshsig: %s: %s\n", argv[0], strerror(errno));
	return errno == ENOENT ? 127 : 126;
}
