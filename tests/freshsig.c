/*
 * freshsig [-g | -s] command [arg ...]
 *
 * Runs a command with every signal at its default and none blocked. A shell
 * starts background commands with INT and QUIT ignored, and a shell script
 * cannot trap what was ignored at its start.
 *	-g	in a process group of its own
 *	-s	in a session of its own
 */
#include "config.h"

#ifdef HAVE_SYS_SYSCALL_H
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
reset_hidden(int sig)
{
#ifdef SYS_rt_sigaction
	static const unsigned long fresh[8];

	(void)syscall(SYS_rt_sigaction, sig, fresh, NULL, 8);
#else
	(void)sig;
#endif
}

static void
reset_signals(void)
{
	struct sigaction sa;
	sigset_t none;
	int sig;

	memset(&sa, 0, sizeof(sa));
	sa.sa_handler = SIG_DFL;
	for (sig = 1; sig < NSIG; sig++)
		if (sigaction(sig, &sa, NULL) == -1)
			reset_hidden(sig);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

int
main(int argc, char *argv[])
{
	pid_t left = 0;

	argv++;
	if (argc > 1 && strcmp(argv[0], "-g") == 0) {
		left = setpgid(0, 0);
		argv++;
	} else if (argc > 1 && strcmp(argv[0], "-s") == 0) {
		left = setsid();
		argv++;
	}
	if (left == -1 || argv[0] == NULL) {
		fprintf(stderr, "usage: freshsig [-g | -s] command ...\n");
		return 125;
	}
	reset_signals();
	execvp(argv[0], argv);
	fprintf(stderr, "freshsig: %s: %s\n", argv[0], strerror(errno));
	return errno == ENOENT ? 127 : 126;
}
