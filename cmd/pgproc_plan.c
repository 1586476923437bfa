#include "config.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/parse.h"
#include "pgproc_plan.h"
#include "pgproc_ports.h"
#include "base/signame.h"
#include "print_text.h"

/* Read the next name=number of -m and step *list over it.  0: there is none. */
static int
next_number(const struct options *o, const char **list, const char **name,
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
	if (procfile_find(&o->procfile, *name, *len) == NULL &&
	    !(*len == 3 && strncmp(*name, "all", 3) == 0))
		diag_diex(STATUS_USAGE, "%s%.*s: not in %s", o->numbers_of,
		    (int)*len, *name, o->procfile.path);
	if (equals == NULL || parse_number(equals + 1, n - *len - 1,
	    PGPROC_INSTANCES, &value) == -1)
		diag_diex(STATUS_USAGE, "%s%.*s: not NAME=NUMBER, or "
		    "all=NUMBER, and at most %d", o->numbers_of,
		    (int)n, *name, PGPROC_INSTANCES);
	*number = (int)value;
	return 1;
}

/*
 * The number of instances of a service; -1: -m does not name it.  Its own
 * number counts, else that of all, which "release" is not one of.
 */
static int
instances(const struct options *o, const struct procfile_service *s)
{
	const char *list = o->numbers != NULL ? o->numbers : "", *name;
	int many = -1, all = -1, number;
	size_t n;

	while (next_number(o, &list, &name, &n, &number))
		if (strlen(s->name) == n && strncmp(s->name, name, n) == 0)
			many = number;
		else if (n == 3 && strncmp(name, "all", n) == 0 &&
		    strcmp(s->name, "release") != 0 &&
		    procfile_find(&o->procfile, name, n) == NULL)
			all = number;
	return many != -1 ? many : all;
}

static void
check_ports(const struct options *o, const struct portplan *ports)
{
	const struct procfile *p = &o->procfile;
	size_t i;
	int many;

	for (i = 0; i < p->n; i++) {
		many = instances(o, &p->service[i]);
		portplan_check(ports, &p->service[i], many == -1 ? 1 : many);
	}
}

/* Print the services that must start before this one, or after it. */
static void
print_others(const struct options *o, size_t own, int is_after)
{
	const struct procfile *p = &o->procfile;
	const char *before = "\t";
	enum startorder_need need;
	size_t i;

	for (i = 0; i < p->n; i++) {
		need = is_after ? startorder_need(&o->order, own, i) :
		    startorder_need(&o->order, i, own);
		if (need == STARTORDER_NONE)
			continue;
		printf("%s%s%s", before, p->service[i].name,
		    is_after && need == STARTORDER_DONE ? ":done" : "");
		before = ",";
	}
	if (before[0] == '\t')
		printf("\t-");
}

static void
print_field(const char *text)
{
	printf("\t%s", text != NULL ? text : "-");
}

/* Print a duration in seconds, whatever its unit is in the file. */
static void
print_seconds(const char *text)
{
	char seconds[PARSE_SECONDS_TEXT];
	long long ms;

	if (text != NULL && parse_seconds(text, strlen(text), &ms) == 0)
		text = parse_seconds_text(ms, seconds);
	print_field(text);
}

/* A tab in the text would end the field: print a blank. */
static void
print_ready(const char *ready, int port)
{
	int on_terminal = isatty(STDOUT_FILENO);

	putchar('\t');
	if (ready != NULL && strcmp(ready, "port") == 0) {
		printf("tcp:%d", port);
		return;
	}
	for (ready = ready != NULL ? ready : "-"; *ready != '\0'; ) {
		size_t n = strcspn(ready, "\t");

		if (on_terminal)
			print_text(ready, n);
		else
			fwrite(ready, 1, n, stdout);
		ready += n;
		if (*ready == '\t') {
			putchar(' ');
			ready++;
		}
	}
}

/* Print the fields that follow the name. */
static void
print_plan(const struct options *o, const struct procfile_service *s,
    int port)
{
	const struct directives *d = &s->directives;
	char sig[SIGNAME_TEXT];

	if (port != 0)
		printf("\t%d", port);
	else
		print_field(NULL);
	print_others(o, (size_t)s->position, 1);
	print_others(o, (size_t)s->position, 0);
	print_field(d->restart != NULL ? d->restart : o->policy);
	print_field(d->sig != 0 ? signame_text(d->sig, sig) : NULL);
	print_seconds(d->grace);
	print_seconds(d->within);
	print_ready(d->ready, port);
	print_field(d->null_input ? "null" : NULL);
	print_field(d->leader ? "leader" : NULL);
	print_field(d->follow ? "follow" : NULL);
	print_field(d->log);
	print_field(d->terminal ? "terminal" : NULL);
	putchar('\n');
}

static void
list_service(const struct options *o, const struct procfile_service *s,
    const struct portplan *p)
{
	int many = instances(o, s), i;

	if (many == -1) {
		printf("%s", s->name);
		print_plan(o, s, portplan_of(p, s, 1));
	}
	for (i = 1; i <= many; i++) {
		printf("%s.%d", s->name, i);
		print_plan(o, s, portplan_of(p, s, i));
	}
}

void
list_plan(const struct options *o, const struct portplan *ports)
{
	size_t i;

	check_ports(o, ports);
	for (i = 0; i < o->procfile.n; i++)
		list_service(o, &o->procfile.service[i], ports);
}
