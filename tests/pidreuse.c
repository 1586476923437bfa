/*
 * pidreuse [-g pgid] pid command [arg ...]
 *
 * Runs a command with that PID, which must be free, in a process group of its
 * own, or in the group -g; then waits for it. Status 77 if the system cannot
 * do that or does not permit it.
 *
 * The process that had the PID may still be a zombie, so "File exists" is
 * retried for 5 s.
 */
#include "config.h"

#include <sys/types.h>
#include <sys/wait.h>
#if defined HAVE_SYS_SYSCALL_H || defined __linux__
#include <sys/syscall.h>
#endif

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define UNABLE	77

#if defined SYS_getpid && !defined SYS_clone3
#define SYS_clone3	435
#endif

/* As fork(2), but the child gets this PID. */
static pid_t
fork_as(pid_t pid)
{
#ifdef SYS_clone3
	/* As in <linux/sched.h>, which not every compiler finds. */
	struct {
		uint64_t flags, pidfd, child_tid, parent_tid, exit_signal;
		uint64_t stack, stack_size, tls, set_tid, set_tid_size;
	} args;
	pid_t wanted[1] = { pid };

	memset(&args, 0, sizeof(args));
	args.exit_signal = SIGCHLD;
	args.set_tid = (uint64_t)(uintptr_t)wanted;
	args.set_tid_size = 1;
	return (pid_t)syscall(SYS_clone3, &args, sizeof(args));
#else
	(void)pid;
	return errno = ENOSYS, -1;
#endif
}

static pid_t
insist(pid_t pid)
{
	struct timespec nap = { 0, 10000000 };
	int tries = 500;
	pid_t child;

	while ((child = fork_as(pid)) == -1 && errno == EEXIST && tries-- > 0)
		nanosleep(&nap, NULL);
	return child;
}

int
main(int argc, char *argv[])
{
	pid_t group = 0, pid;
	int ch, status;

	while ((ch = getopt(argc, argv, "+g:")) != -1)
		if (ch == 'g')
			group = (pid_t)strtol(optarg, NULL, 10);
	if (argc - optind < 2) {
		fprintf(stderr, "usage: pidreuse [-g pgid] pid command ...\n");
		return 2;
	}
	pid = insist((pid_t)strtol(argv[optind], NULL, 10));
	if (pid == -1) {
		fprintf(stderr, "pidreuse: %s: %s\n", argv[optind],
		    strerror(errno));
		return UNABLE;
	}
	if (pid == 0) {
		if (setpgid(0, group) == 0)
			execvp(argv[optind + 1], argv + optind + 1);
		fprintf(stderr, "pidreuse: %s\n", strerror(errno));
		_exit(126);
	}
	if (waitpid(pid, &status, 0) == -1)
		return UNABLE;
	return WIFEXITED(status) ? WEXITSTATUS(status) :
	    128 + WTERMSIG(status);
}
