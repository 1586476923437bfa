/*
 * churn secs
 *
 * Forks and ends, and so does each child, over and over, for that many
 * seconds, in one process group and with TERM ignored. A process that is found
 * is gone by the time that it is looked at, and has left a child.
 */
#include "config.h"

#include <sys/types.h>

#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

int
main(int argc, char *argv[])
{
	const struct timespec nap = { 0, 100000 };
	time_t end = time(NULL) + (argc == 2 ? strtol(argv[1], NULL, 10) : 0);

	signal(SIGTERM, SIG_IGN);
	signal(SIGCHLD, SIG_IGN);
	while (time(NULL) < end) {
		pid_t pid = fork();

		if (pid > 0)
			_exit(0);
		nanosleep(&nap, NULL);
	}
	return 0;
}
