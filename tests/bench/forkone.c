/*
 * forkone
 *
 * A command that forked once: its keeper cannot tell by the number of the newest
 * process that nobody is left.
 */
#include "config.h"

#include <sys/types.h>
#include <sys/wait.h>

#include <unistd.h>

int
main(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	waitpid(pid, NULL, 0);
	_exit(pid == -1);
}
