/*
 * procfile: the text of a Procfile.  Each fault is counted, and reported with
 * its line.  Accepted services have valid names, each of them once, and
 * commands of one line.  Without errors no service comes after itself, and each
 * service needs at least what the services before it need.
 */
#include "config.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/parse.h"
#include "conf/procfile.h"
#include "conf/restart.h"
#include "conf/startorder.h"

#include "bytes.h"
#include "drive.h"

#define MANY	48	/* that every one is compared with every one */

static int	faults, last_line;

static void
take_fault(const char *path, int line, const char *name, const char *reason)
{
	if (path == NULL || reason[0] == '\0' ||
	    (name != NULL && name[0] == '\0'))
		WRONG("a fault without a reason");
	if (line < 1 || line > last_line)
		WRONG("a fault of another file");
	faults++;
}

static int
is_name(const char *s, const char *more)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";

	for (; *s != '\0'; s++)
		if (strchr(plain, *s) == NULL && strchr(more, *s) == NULL)
			return 0;
	return 1;
}

static int
is_kind(const char *ready, const char *kind)
{
	size_t n = strlen(kind);

	return strncmp(ready, kind, n) == 0 && ready[n] != '\0';
}

static int
are_seconds(const char *s)
{
	long long ms;

	return s == NULL || parse_seconds(s, strlen(s), &ms) == 0;
}

static void
try_service(const struct procfile *p, const struct procfile_service *s)
{
	const struct directives *d = &s->directives;
	const char *c = s->command;
	struct restart r;
	size_t n = strlen(c);

	if (s->name[0] == '\0' || !is_name(s->name, ""))
		WRONG("a name that is none");
	if (n == 0 || strchr(c, '\n') != NULL || textfile_blank(c[0]) ||
	    textfile_blank(c[n - 1]))
		WRONG("a command that is no line of its own");
	if (procfile_find(p, s->name, strlen(s->name)) != s)
		WRONG("two of one name");
	if (s != &p->service[s->position])
		WRONG("another position");
	if (s->line < 1 || s->line > last_line)
		WRONG("in another file");
	if (p->errors > 0)
		return;
	if (d->after != NULL && !is_name(d->after, ",:"))
		WRONG("after what is no name");
	if (d->ready != NULL && strcmp(d->ready, "notify") != 0 &&
	    strcmp(d->ready, "port") != 0 && !is_kind(d->ready, "fd:") &&
	    !is_kind(d->ready, "tcp:") && !is_kind(d->ready, "log:") &&
	    !is_kind(d->ready, "cmd:"))
		WRONG("ready by what is no way to tell");
	if (d->sig < 0 || (d->restart != NULL &&
	    restart_parse(&r, d->restart) == -1) ||
	    !are_seconds(d->grace) || !are_seconds(d->within) ||
	    ((d->grace != NULL || d->leader) && d->sig == 0))
		WRONG("a directive that cannot be obeyed");
}

static void
try_order(const struct procfile *p, const struct startorder *o)
{
	size_t i, k, j;
	int any;

	for (i = 0; i < p->n; i++) {
		for (any = 0, k = 0; k < p->n; k++) {
			if (startorder_need(o, i, k) == STARTORDER_NONE)
				continue;
			any = 1;
			if (startorder_need(o, k, i) != STARTORDER_NONE)
				WRONG("before itself");
			for (j = 0; j < p->n; j++)
				if (startorder_need(o, i, j) <
				    startorder_need(o, k, j))
					WRONG("less than those before it want");
		}
		if ((p->service[i].directives.after != NULL) != any)
			WRONG("after something, and nothing is before");
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct procfile p = { .path = bytes_path(0, data, size),
	    .fault = take_fault };
	struct startorder o;
	size_t i;

	faults = 0;
	for (last_line = 1, i = 0; i < size; i++)
		last_line += data[i] == '\n';
	if (procfile_read(&p) == -1) {
		if (errno != EILSEQ)
			exit(125);
		return 0;
	}
	if (startorder_open(&o, &p) == -1)
		exit(125);
	if (faults != p.warnings + p.errors)
		WRONG("a fault that does not count");
	for (i = 0; i < p.n; i++)
		try_service(&p, &p.service[i]);
	if (p.errors == 0 && p.n <= MANY)
		try_order(&p, &o);
	startorder_check_done(&p, "once");
	if (faults != p.warnings + p.errors)
		WRONG("a fault of the order that does not count");
	startorder_free(&o);
	procfile_free(&p);
	return 0;
}
