#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/parse.h"
#include "pgproc_ports.h"

#define BASE	5000
#define STEP	100
#define PREFIX	"PORT_"

extern char **environ;

/* Parse len bytes as a port; 0: they are not a port. */
static int
port_number(const char *text, size_t len)
{
	uint64_t n;

	return parse_number(text, len, PGPROC_LAST_PORT, &n) == 0 ? (int)n : 0;
}

/* Take BASE[,STEP] or none.  1, or 0: it is neither. */
static int
take_ports(struct portplan *p, const char *text)
{
	size_t n = strcspn(text, ",");

	if (strcmp(text, "none") == 0) {
		p->base = 0;
		return 1;
	}
	p->base = port_number(text, n);
	if (text[n] == ',') {
		p->step = port_number(text + n + 1, strlen(text + n + 1));
		if (p->step == 0)
			return 0;
	}
	return p->base != 0;
}

struct portplan
portplan_find(const struct options *o)
{
	struct portplan p = { BASE, STEP };
	const char *text = o->base != NULL ? o->base : getenv("PORT");

	if (o->no_port && o->port == NULL) {
		p.base = 0;
		return p;
	}
	if (o->step != NULL && (p.step = port_number(o->step,
	    strlen(o->step))) == 0)
		diag_diex(STATUS_USAGE, "OVERMIND_PORT_STEP %s: not a number "
		    "from 1 to %d", o->step, PGPROC_LAST_PORT);
	if (o->port != NULL && !take_ports(&p, o->port))
		diag_diex(STATUS_USAGE, "-p %s: not a port from 1 to %d, which "
		    "may have ,STEP behind it, or none", o->port,
		    PGPROC_LAST_PORT);
	if (o->port == NULL && text != NULL &&
	    (p.base = port_number(text, strlen(text))) == 0)
		diag_diex(STATUS_USAGE, "PORT %s: not a port from 1 to %d: "
		    "set PORT to one, or use -p", text, PGPROC_LAST_PORT);
	return p;
}

int
portplan_of(const struct portplan *p, const struct procfile_service *s, int instance)
{
	int port = p->base + p->step * s->position + instance - 1;

	if (p->base != 0 && port <= PGPROC_LAST_PORT)
		return port;
	if (s->directives.ready == NULL ||
	    strcmp(s->directives.ready, "port") != 0)
		return 0;
	if (p->base == 0)
		diag_diex(STATUS_USAGE, "%s: ready=port is not for -p none",
		    s->name);
	diag_diex(STATUS_USAGE, "%s: there is no port %d: begin at a lower "
	    "one by -p", s->name, port);
}

void
portplan_check(const struct portplan *p, const struct procfile_service *s, int many)
{
	if (many > 0)
		(void)portplan_of(p, s, many);
	if (many > p->step && p->base != 0)
		diag_diex(STATUS_USAGE, "%s: %d instances need a larger step "
		    "of ports than %d: -p %d,%d", s->name, many, p->step,
		    p->base, many);
}

static int
is_set(char *const list[], size_t n, const char *entry, size_t len)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strncmp(list[i], entry, len) == 0)
			return 1;
	return 0;
}

static size_t
room_for(const char *name)
{
	return strlen(name) + sizeof PREFIX "=65535";
}

/* Write a port and a NUL, and return the place behind it. */
static char *
write_port(char *p, int port)
{
	char digits[8];
	size_t n = 0;

	do
		digits[n++] = (char)('0' + port % 10);
	while ((port /= 10) > 0);
	while (n > 0)
		*p++ = digits[--n];
	*p = '\0';
	return p + 1;
}

/*
 * Write PORT_NAME= into entry, and return its length.  Each service writes the
 * entries of all, and snprintf(3) takes ten times as long.
 */
static size_t
write_name(char *entry, const char *name)
{
	char *p = entry + sizeof PREFIX - 1;

	memcpy(entry, PREFIX, sizeof PREFIX - 1);
	for (; *name != '\0'; name++)
		*p++ = *name == '-' ? '_' : *name;
	*p++ = '=';
	return (size_t)(p - entry);
}

/*
 * setenv(3) looks through the whole environment, and there may be a thousand
 * services: so make a new one in one go.
 */
void
portplan_export(const struct portplan *p, const struct procfile *file)
{
	size_t n = 0, known = 0, size = 0, i;
	char **env, *entry;

	for (i = 0; i < file->n; i++)
		size += room_for(file->service[i].name);
	while (environ[n] != NULL)
		n++;
	env = calloc(n + file->n + 1, sizeof *env);
	entry = malloc(size + 1);
	if (env == NULL || entry == NULL)
		diag_die(STATUS_USAGE, "environment");
	/* PORT_ variables that are set already come first: a search is short. */
	for (i = 0; i < n; i++)
		if (strncmp(environ[i], PREFIX, strlen(PREFIX)) == 0)
			env[known++] = environ[i];
	for (size = known, i = 0; i < n; i++)
		if (strncmp(environ[i], PREFIX, strlen(PREFIX)) != 0)
			env[size++] = environ[i];
	for (i = 0; i < file->n; i++) {
		int port = portplan_of(p, &file->service[i], 1);
		size_t len;

		if (port == 0)
			continue;
		len = write_name(entry, file->service[i].name);
		if (is_set(env, known, entry, len))
			continue;
		env[size++] = entry;
		entry = write_port(entry + len, port);
	}
	environ = env;
}
