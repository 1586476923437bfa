#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "exitcode.h"
#include "parse.h"
#include "pgspawn_procfile.h"
#include "pgspawn_readiness.h"
#include "startorder.h"
#include "svcname.h"

#define BASE		5000
#define LAST_PORT	65535
#define MOST_INSTANCES	100

/* Where nothing is set otherwise it is 5000; a marker comes before it. */
static int
base_port(const struct options *o)
{
	const char *text = getenv("PORT");
	uint64_t n = BASE;
	size_t i;

	for (i = 0; i < o->job.nmarker; i++)
		if (strncmp(o->job.marker[i], "PORT=", 5) == 0)
			text = o->job.marker[i] + 5;
	if (text != NULL && (parse_number(text, strlen(text), LAST_PORT,
	    &n) == -1 || n == 0))
		diag_diex(EXITCODE_OWN, "PORT %s: bad number", text);
	return (int)n;
}

static int
port_of(int base, const struct procfile_service *s, int instance)
{
	int port = base + 100 * s->position + instance - 1;

	if (port > LAST_PORT)
		diag_diex(EXITCODE_OWN, "%s: there is no port %d", s->name,
		    port);
	return port;
}

/* Put NAME=TEXTN in the environment. */
static void
set(struct options *o, const char *name, const char *text, int n)
{
	size_t len = strlen(name) + strlen(text) + 16;
	char *entry = malloc(len);

	if (entry == NULL)
		diag_die(EXITCODE_OWN, "environment");
	snprintf(entry, len, "%s=%s%d", name, text, n);
	add_entry(o, entry);
}

/* What pgspawn's options say stands where the Procfile says nothing. */
static void
take_directives(struct options *o, const struct directives *d, int port)
{
	char ready[16];

	if (d->sig != 0)
		o->job.sig = d->sig;
	if (d->grace != NULL)
		parse_seconds(d->grace, strlen(d->grace), &o->job.grace);
	if (d->within != NULL)
		parse_seconds(d->within, strlen(d->within), &o->job.patience);
	if (d->restart != NULL)
		restart_parse(&o->restart, d->restart);
	if (d->ready == NULL || o->in_place)
		return;
	snprintf(ready, sizeof ready, "tcp:%d", port);
	if (strcmp(d->ready, "port") == 0)
		take_readiness(ready, o);
	else if (strncmp(d->ready, "fd:", 3) == 0)
		take_readiness(d->ready + 3, o);
	else
		take_readiness(d->ready, o);
}

/* The operands behind the name come before the shell. */
static void
take_command(struct options *o, const char *command)
{
	static char sh[] = "sh", c[] = "-c";
	char **operand = o->job.argv + 1, **argv, *text = strdup(command);
	size_t n = 0;

	while (operand[n] != NULL)
		n++;
	argv = calloc(n + 4, sizeof *argv);
	if (argv == NULL || text == NULL)
		diag_die(EXITCODE_OWN, "command");
	memcpy(argv, operand, n * sizeof *argv);
	argv[n] = sh;
	argv[n + 1] = c;
	argv[n + 2] = text;
	o->job.argv = argv;
}

/* The service that NAME or NAME.INSTANCE means. */
static const struct procfile_service *
find_service(const struct options *o, const char *operand, uint64_t *instance)
{
	size_t n = strcspn(operand, ".");
	const struct procfile_service *s =
	    procfile_find(&o->procfile, operand, n);
	const char *number = operand + n + 1;

	*instance = 1;
	if (s == NULL || (operand[n] != '\0' && (*number == '0' ||
	    parse_number(number, strlen(number), MOST_INSTANCES,
	    instance) == -1)))
		diag_diex(EXITCODE_OWN, "%s: not in %s", operand,
		    o->procfile.path);
	return s;
}

static void
take_service(struct options *o)
{
	uint64_t instance;
	const struct procfile_service *s =
	    find_service(o, o->job.argv[0], &instance);
	int port = port_of(base_port(o), s, (int)instance);
	char ps[SVCNAME_SIZE];

	o->service = s;
	o->name = o->job.argv[0];
	set(o, "PORT", "", port);
	snprintf(ps, sizeof ps, "%s.", s->name);
	set(o, "PS", ps, (int)instance);
	take_directives(o, &s->directives, port);
	take_command(o, s->command);
}

/* The next NAME=NUMBER of -N; 0: there is none.  *list is behind it then. */
static int
take_number(const struct options *o, const char **list, const char **name,
    size_t *len, int *number)
{
	size_t n = strcspn(*list, ",");
	const char *equals = memchr(*list, '=', n);
	uint64_t value;

	if (**list == '\0')
		return 0;
	*name = *list;
	*len = equals != NULL ? (size_t)(equals - *list) : n;
	*list += n + ((*list)[n] == ',');
	if (procfile_find(&o->procfile, *name, *len) == NULL)
		diag_diex(EXITCODE_OWN, "%.*s: not in %s", (int)*len, *name,
		    o->procfile.path);
	if (equals == NULL || parse_number(equals + 1, n - *len - 1,
	    MOST_INSTANCES, &value) == -1)
		diag_diex(EXITCODE_OWN, "%.*s: not name=number, at most %d",
		    (int)n, *name, MOST_INSTANCES);
	*number = (int)value;
	return 1;
}

/* How many instances are wanted; -1: it is not said. */
static int
instances(const struct options *o, const struct procfile_service *s)
{
	const char *list = o->numbers, *name;
	int many = -1, number;
	size_t n;

	while (take_number(o, &list, &name, &n, &number))
		if (strlen(s->name) == n && strncmp(s->name, name, n) == 0)
			many = number;
	return many;
}

static void
list_service(const struct procfile_service *s, int base, int many)
{
	int i;

	if (many == -1)
		printf("%s\t%d\n", s->name, port_of(base, s, 1));
	for (i = 1; i <= many; i++)
		printf("%s.%d\t%d\n", s->name, i, port_of(base, s, i));
}

/* Nothing is listed where one has no port. */
static void
check_ports(const struct options *o, int base)
{
	const struct procfile *p = &o->procfile;
	size_t i;
	int many;

	for (i = 0; i < p->n; i++) {
		many = instances(o, &p->service[i]);
		if (many != 0)
			(void)port_of(base, &p->service[i], many == -1 ? 1 :
			    many);
	}
}

int
list_procfile(const struct options *o)
{
	const struct procfile *p = &o->procfile;
	int base = base_port(o);
	size_t i;

	check_ports(o, base);
	for (i = 0; i < p->n; i++)
		list_service(&p->service[i], base,
		    instances(o, &p->service[i]));
	diag_flush(EXITCODE_OWN);
	return p->warnings > 0;
}

void
take_procfile(struct options *o)
{
	struct procfile *p = &o->procfile;

	p->fault = diag_fault;
	p->quiet = o->state != -1;	/* each of the others reads it, too */
	if (procfile_read(p) == -1 || startorder_open(&o->order, p) == -1)
		diag_die(EXITCODE_OWN, "%s", p->path);
	if (p->n == 0)
		diag_diex(EXITCODE_OWN, "%s: no services", p->path);
	if (p->errors > 0)
		o->faulty = 1;
	else if (o->job.argv[0] != NULL)
		take_service(o);
}
