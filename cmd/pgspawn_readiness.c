#include "config.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/exitcode.h"
#include "base/parse.h"
#include "pgspawn_readiness.h"
#include "job/portcheck.h"
#include "proc/proctable.h"

static int
take_port(const char *text)
{
	uint64_t port;

	if (parse_number(text + 4, strlen(text + 4), 65535, &port) == -1 ||
	    port == 0)
		diag_diex(EXITCODE_OWN, "%s: not a port", text);
	return (int)port;
}

static struct linewatch *
take_pattern(const char *text)
{
	char reason[128];
	struct linewatch *w = linewatch_new(text + 4, reason, sizeof reason);

	if (w == NULL)
		diag_diex(EXITCODE_OWN, "-r %s: %s", text, reason);
	return w;
}

void
take_readiness(const char *text, struct options *o)
{
	struct job_options *j = &o->job;

	linewatch_free(j->ready_log);
	j->ready_log = NULL;
	j->ready_fd = -1;
	j->ready_port = 0;
	j->ready_by_socket = strcmp(text, "notify") == 0;
	if (j->ready_by_socket)
		return;
	if (strncmp(text, "tcp:", 4) == 0)
		j->ready_port = take_port(text);
	else if (strncmp(text, "log:", 4) == 0)
		j->ready_log = take_pattern(text);
	else if (parse_fd(text, &j->ready_fd) == -1 ||
	    j->ready_fd <= STDERR_FILENO)
		diag_diex(EXITCODE_OWN, "-r %s: neither notify nor tcp:port "
		    "nor log:regex nor a descriptor above 2", text);
}

int
awaits_readiness(const struct options *o)
{
	return o->job.ready_by_socket || o->job.ready_fd != -1 ||
	    o->job.ready_port != 0 || o->job.ready_log != NULL;
}

void
refuse_taken_port(const struct options *o)
{
	int port = o->job.ready_port;
	struct procinfo owner;

	if (port == 0 || !portcheck_tcp(port))
		return;
	if (proctable_port_owner(port, &owner) == -1)
		diag_diex(EXITCODE_OWN, "%s: port %d is taken", o->name, port);
	diag_diex(EXITCODE_OWN, "%s: port %d is taken by %ld, %s", o->name,
	    port, (long)owner.pid, owner.name);
}

void
warn_late(const struct options *o, const char *said)
{
	const struct job_options *j = &o->job;
	char what[1024];

	if (j->ready_port != 0)
		snprintf(what, sizeof what, "port %d does not accept",
		    j->ready_port);
	else if (j->ready_log != NULL)
		snprintf(what, sizeof what, "no line matches %s",
		    j->ready_log->pattern);
	else if (j->ready_by_socket)
		snprintf(what, sizeof what, "READY=1 did not come");
	else if (said[0] != '\0')
		snprintf(what, sizeof what, "%s", said);
	else
		snprintf(what, sizeof what, "descriptor %d got no newline",
		    j->ready_fd);
	diag_warnx("%s: not ready in %g s: %s", o->name,
	    (double)j->patience / 1000, what);
}
