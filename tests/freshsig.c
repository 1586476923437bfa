/*
 * freshsig [-g | -s] [-h | -n] [-a | -o] [-e block] command [arg ...]
 *
 * Runs a command with every signal at its default and none blocked. A shell
 * starts background commands with INT and QUIT ignored, and a shell script
 * cannot trap what was ignored at its start.
 *	-a	as a child; adopts and reaps the descendants that it leaves, and
 *		ends once there are none, or after a minute. A symbolic link
 *		gives freshsig the name of another program that adopts.
 *		Status 125 if the system cannot do that
 *	-e	with the bytes of that file as its environment. An entry ends at
 *		each NUL; it may be empty, lack the `=', or have the name of
 *		another one. env(1) cannot do that. command must be a path
 *	-g	in a process group of its own
 *	-h	with the signals ignored that the C library hides
 *	-n	without a change to the signals
 *	-o	as -a, but forks first: an orphan in a session of its own adopts; the
 *		parent ends once the command is executed
 *	-s	in a session of its own
 */
#include "config.h"

#include <sys/types.h>
#include <sys/wait.h>

#if defined HAVE_SYS_SYSCALL_H || defined __linux__
#include <sys/syscall.h>
#endif

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lifelimit.h"
#include "proc/proctable.h"

#define BLOCK_MAX	(4 << 20)

extern char	**environ;

static int
fail(const char *what)
{
	fprintf(stderr, "freshsig: %s: %s\n", what, strerror(errno));
	return 125;
}

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

static int
set_environment(const char *path)
{
	FILE *f = fopen(path, "rb");
	char *block = malloc(BLOCK_MAX + 1), *s;
	size_t len, i, n = 1;

	if (f == NULL || block == NULL)
		return -1;
	len = fread(block, 1, BLOCK_MAX, f);
	fclose(f);
	block[len] = '\0';
	for (i = 0; i < len; i++)
		n += block[i] == '\0';
	if ((environ = calloc(n + 1, sizeof(*environ))) == NULL)
		return -1;
	for (s = block, n = 0; s < block + len; s += strlen(s) + 1)
		environ[n++] = s;
	return 0;
}

/*
 * Go on as the child of one that adopts; started is closed by a successful
 * exec. As an orphan, the one that adopts is a child of what was started.
 */
static int
fork_adopted(int orphan)
{
	int started[2];
	char byte;
	pid_t pid;

	if (pipe(started) == -1)
		return fail("pipe");
	if (orphan && (pid = fork()) != 0) {
		close(started[1]);
		_exit(pid == -1 || read(started[0], &byte, 1) != 0);
	}
	close(started[0]);
	if ((orphan && setsid() == -1) || lifelimit_set(60) == -1 ||
	    proctable_adopt() == -1 || (pid = fork()) == -1)
		return fail("it cannot adopt");
	if (pid == 0)
		return fcntl(started[1], F_SETFD, FD_CLOEXEC);
	close(started[1]);
	while (wait(NULL) != -1 || errno == EINTR)
		;
	_exit(0);
}

int
main(int argc, char *argv[])
{
	int hidden = 0, fresh = 1, adopts = 0, result = 0, ch;
	const char *block = NULL;

	while ((ch = getopt(argc, argv, "+ae:ghnos")) != -1) {
		if (ch == 'g')
			result = setpgid(0, 0);
		else if (ch == 's')
			result = setsid();
		else if (ch == 'e')
			block = optarg;
		else if (ch == 'a' || ch == 'o')
			adopts = ch;
		else if (ch == 'h')
			hidden = 1;
		else if (ch == 'n')
			fresh = 0;
		if (ch == '?' || result == -1)
			break;
	}
	argv += optind;
	if (ch != -1 || argv[0] == NULL) {
		fprintf(stderr, "usage: freshsig [-g | -s] [-h | -n] [-a | -o] "
		    "[-e block] command ...\n");
		return 125;
	}
	if (fresh)
		reset_signals(hidden);
	if (block != NULL && set_environment(block) == -1)
		return fail(block);
	if (adopts && fork_adopted(adopts == 'o') != 0)
		return 125;
	execvp(argv[0], argv);
	result = errno == ENOENT ? 127 : 126;
	fail(argv[0]);
	return result;
}
