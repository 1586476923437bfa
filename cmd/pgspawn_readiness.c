#include "config.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "diag.h"
#include "exitcode.h"
#include "parse.h"
#include "pgspawn_readiness.h"

void
take_readiness(const char *text, struct options *o)
{
	uint64_t port = 0;

	o->job.ready_by_socket = strcmp(text, "notify") == 0;
	o->job.ready_fd = -1;
	o->job.ready_port = 0;
	o->check = strncmp(text, "cmd:", 4) == 0 ? text + 4 : NULL;
	if (o->job.ready_by_socket || o->check != NULL)
		return;
	if (strncmp(text, "tcp:", 4) == 0) {
		if (parse_number(text + 4, strlen(text + 4), 65535,
		    &port) == -1 || port == 0)
			diag_diex(EXITCODE_OWN, "%s: not a port", text);
		o->job.ready_port = (int)port;
	} else if (parse_fd(text, &o->job.ready_fd) == -1 ||
	    o->job.ready_fd <= STDERR_FILENO)
		diag_diex(EXITCODE_OWN, "%s: neither notify nor tcp:port nor "
		    "cmd:command nor a descriptor above 2", text);
}

int
awaits_readiness(const struct options *o)
{
	return o->job.ready_by_socket || o->job.ready_fd != -1 ||
	    o->job.ready_port != 0 || o->check != NULL;
}

static int
is_kept(const struct options *o, int fd)
{
	size_t i;

	for (i = 0; i < o->job.nkeep; i++)
		if (o->keep[i] == fd)
			return 1;
	return 0;
}

void
take_check(struct options *o)
{
	static char script[160], sh[] = "sh", c[] = "-c";
	char **argv;
	int fd = 9;	/* a shell knows no descriptors above that */
	size_t n = 0;

	while (fd > STDERR_FILENO && is_kept(o, fd))
		fd--;
	if (fd == STDERR_FILENO)
		diag_diex(EXITCODE_OWN, "-r cmd: no descriptor is left");
	while (o->job.argv[n] != NULL)
		n++;
	argv = calloc(n + 5, sizeof *argv);
	if (argv == NULL)
		diag_die(EXITCODE_OWN, "command");
	snprintf(script, sizeof script, "(until sh -c \"$0\" %d>&-; do "
	    "sleep 0.2; done </dev/null >/dev/null 2>&1 && echo >&%d &); "
	    "exec \"$@\" %d>&-", fd, fd, fd);
	argv[0] = sh;
	argv[1] = c;
	argv[2] = script;
	argv[3] = (char *)(uintptr_t)o->check;
	memcpy(argv + 4, o->job.argv, n * sizeof *argv);
	o->job.argv = argv;
	o->job.ready_fd = fd;
}
