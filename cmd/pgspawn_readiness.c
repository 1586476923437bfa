#include "config.h"

#include <stdint.h>
#include <string.h>

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
	if (o->job.ready_by_socket)
		return;
	if (strncmp(text, "tcp:", 4) == 0) {
		if (parse_number(text + 4, strlen(text + 4), 65535,
		    &port) == -1 || port == 0)
			diag_diex(EXITCODE_OWN, "%s: not a port", text);
		o->job.ready_port = (int)port;
	} else if (parse_fd(text, &o->job.ready_fd) == -1 ||
	    o->job.ready_fd <= STDERR_FILENO)
		diag_diex(EXITCODE_OWN, "%s: neither notify nor tcp:port nor a "
		    "descriptor above 2", text);
}

int
awaits_readiness(const struct options *o)
{
	return o->job.ready_by_socket || o->job.ready_fd != -1 ||
	    o->job.ready_port != 0;
}
