/*
 * bomb count
 *
 * Forks without end, and so does each child, until its user has count
 * processes; and again as soon as there is room for one.  The user must not be
 * root.  Every second child makes a session of its own; all ignore every
 * signal.  Each process ends after 60 s.
 */
#include "config.h"

#include <sys/resource.h>
#include <sys/types.h>

#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

int
main(int argc, char *argv[])
{
	const struct timespec nap = { 0, 2000000 };
	time_t end = time(NULL) + 60;
	struct rlimit limit = { 0, 0 };
	int sig;

	if (argc == 2)
		limit.rlim_cur = (rlim_t)strtol(argv[1], NULL, 10);
	limit.rlim_max = limit.rlim_cur;
	if (getuid() == 0 || setrlimit(RLIMIT_NPROC, &limit) == -1)
		return 2;
	for (sig = 1; sig < NSIG; sig++)
		signal(sig, SIG_IGN);
	while (time(NULL) < end) {
		if (fork() == 0 && getpid() % 2 == 0)
			setsid();
		nanosleep(&nap, NULL);
	}
	return 0;
}
