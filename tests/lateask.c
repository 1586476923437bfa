/*
 * lateask signal
 *
 * Runs a job as pgspawn -L does; its command ends and leaves more output than
 * a pipe holds. Once the command is dead, the job gets the signal, and then
 * the output is read to its end. Prints "asked" if the job reports that it
 * was asked to end, else "not asked"; status 0.
 */
#include "config.h"

#include <sys/types.h>
#include <sys/wait.h>

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fdio.h"
#include "job/job.h"
#include "lifelimit.h"
#include "base/parse.h"
#include "signals.h"

static void
die(const char *what)
{
	fprintf(stderr, "lateask: %s: %s\n", what, strerror(errno));
	exit(125);
}

/* Its standard output is read late; its leader is told on the pipe. */
static void
supervise_one(int tell)
{
	static char sh[] = "sh", c[] = "-c", script[] =
	    "i=0; while [ $((i += 1)) -le 1500 ]; do printf '%80s\\n' $i; done";
	char *argv[] = { sh, c, script, NULL };
	struct job_options o = {
		.argv = argv, .label = "x ", .file = -1, .sig = SIGTERM,
		.grace = PARSE_FOREVER, .ready_fd = -1
	};
	struct spawn_signals before;
	struct spawn_failure failure;
	struct supervise_end end;
	struct job job;

	spawn_hold_signals(&before);
	if (job_start(&job, &o, &failure) == -1)
		die(sh);
	(void)fdio_write(tell, &job.supervise.pid, sizeof(pid_t));
	if (job_wait(&job, &end) == -1)
		die("job_wait");
	_exit(end.asked ? 0 : 1);
}

static void
await_death(pid_t pid)
{
	int i;

	for (i = 0; proctable_alive(pid) && i < 1000; i++)
		poll(NULL, 0, 10);
}

int
main(int argc, char *argv[])
{
	int out[2], tell[2], status;
	pid_t pid, leader;
	char buf[4096];

	if (argc != 2 || signals_number(argv[1]) == -1)
		return fprintf(stderr, "usage: lateask signal\n"), 2;
	lifelimit_set(60);
	if (fdio_pipe(out) == -1 || fdio_pipe(tell) == -1)
		die("pipe");
	pid = fork();
	if (pid == 0) {
		dup2(out[1], STDOUT_FILENO);
		close(out[1]);
		supervise_one(tell[1]);
	}
	close(out[1]);
	close(tell[1]);
	if (fdio_read(tell[0], &leader, sizeof leader) != sizeof leader)
		die("no leader");
	await_death(leader);
	kill(pid, signals_number(argv[1]));
	while (fdio_read(out[0], buf, sizeof buf) > 0)
		continue;
	if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		die("it was killed");
	puts(WEXITSTATUS(status) == 0 ? "asked" : "not asked");
	return 0;
}
