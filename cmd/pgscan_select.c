#include "config.h"

#include <fnmatch.h>
#include <stdio.h>
#include <string.h>

#include "pgscan_select.h"
#include "proc/proctable.h"

void
select_port(struct selection *s, const char *port)
{
	char text[32];

	s->by_port = 1;
	snprintf(text, sizeof text, "port %s", port);
	ports_find(&s->ports, text, port);
}

/*
 * The name of a command may be cut, or that of a thread: node calls itself
 * MainThread.  Then the name by which it was executed is the one that people
 * know.
 */
static int
is_named(const struct procinfo *info, const char *pattern)
{
	char program[256];

	return fnmatch(pattern, info->name, 0) == 0 ||
	    (proctable_program(info->pid, program, sizeof program) == 0 &&
	    fnmatch(pattern, program, 0) == 0);
}

int
select_process(const struct procinfo *info, const void *arg)
{
	const struct selection *s = arg;

	return (s->name == NULL || is_named(info, s->name)) &&
	    (!s->by_port || ports_have(&s->ports, info->pid));
}
