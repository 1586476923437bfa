/*
 * showconf: what the parsers of environment files and Procfiles make of many
 * files, for tests/fuzz/reference.py. Standard input holds them one behind the
 * other: a line "env SIZE" or "procfile SIZE", and as many bytes. For each file
 * come the lines
 *
 *	unread			it is UTF-16
 *	fault LINE		in their order
 *	entry HEX		env: NAME=value
 *	faults WARNINGS ERRORS	procfile, and what follows only without errors
 *	service NAME LINE HEX AFTER READY RESTART SIGNAL GRACE WITHIN LOG NULL
 *		LEADER FOLLOW TERMINAL	texts in hex, - for what is not given
 *	unknown			after= a service that is not there, each time
 *	cycle			there are some
 *	need NAME NAME KIND	1: ready, 2: done
 *	undone			a service is never done, by policy no, each time
 *
 * and a dot.
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/parse.h"
#include "conf/envfile.h"
#include "conf/procfile.h"
#include "conf/startorder.h"

#define SIZE_MAX_FILE	(1 << 20)

static int	in_order, cycles, undone;

static void
print_hex(const char *s)
{
	if (s == NULL)
		printf(" -");
	else
		putchar(' ');
	for (; s != NULL && *s != '\0'; s++)
		printf("%02x", (unsigned)(unsigned char)*s);
}

static void
take_fault(const char *path, int line, const char *name, const char *reason)
{
	(void)path, (void)name;
	if (!in_order)
		printf("fault %d\n", line);
	else if (strncmp(reason, "a cycle", 7) == 0)
		cycles++;
	else if (undone)
		printf("undone\n");
	else
		printf("unknown\n");
}

static void
show_env(const char *path)
{
	struct envfile f;
	size_t i;

	if (envfile_read(&f, path, take_fault) == -1) {
		printf("unread\n");
		return;
	}
	for (i = 0; i < f.n; i++) {
		printf("entry");
		print_hex(f.entry[i]);
		putchar('\n');
	}
	envfile_free(&f);
}

static void
show_service(const struct procfile_service *s)
{
	const struct directives *d = &s->directives;

	printf("service %s %d", s->name, s->line);
	print_hex(s->command);
	print_hex(d->after);
	print_hex(d->ready);
	print_hex(d->restart);
	printf(" %d", d->sig);
	print_hex(d->grace);
	print_hex(d->within);
	print_hex(d->log);
	printf(" %d %d %d %d\n", d->null_input, d->leader, d->follow,
	    d->terminal);
}

static void
show_order(struct procfile *p)
{
	struct startorder o;
	size_t i, k;

	if (startorder_open(&o, p) == -1)
		exit(125);
	if (cycles > 0)
		printf("cycle\n");
	for (i = 0; i < p->n && p->errors == 0; i++)
		for (k = 0; k < p->n; k++)
			if (startorder_need(&o, i, k) != STARTORDER_NONE)
				printf("need %s %s %d\n", p->service[i].name,
				    p->service[k].name,
				    startorder_need(&o, i, k));
	undone = 1;
	startorder_check_done(p, "no");
	startorder_free(&o);
}

static void
show_procfile(const char *path)
{
	struct procfile p = { .path = path, .fault = take_fault };
	size_t i;

	in_order = cycles = undone = 0;
	if (procfile_read(&p) == -1) {
		printf("unread\n");
		return;
	}
	printf("faults %d %d\n", p.warnings, p.errors);
	if (p.errors == 0) {
		for (i = 0; i < p.n; i++)
			show_service(&p.service[i]);
		in_order = 1;
		show_order(&p);
		in_order = 0;
	}
	procfile_free(&p);
}

int
main(void)
{
	char line[64], path[32], *data = malloc(SIZE_MAX_FILE);
	FILE *f = tmpfile();
	uint64_t size;
	int fd;

	if (f == NULL || data == NULL)
		return 125;
	fd = fileno(f);
	snprintf(path, sizeof path, "/dev/fd/%d", fd);
	while (fgets(line, sizeof line, stdin) != NULL) {
		const char *number = strchr(line, ' ');

		if (number == NULL || parse_number(number + 1,
		    strcspn(number + 1, "\n"), SIZE_MAX_FILE, &size) == -1 ||
		    fread(data, 1, size, stdin) != size ||
		    pwrite(fd, data, size, 0) != (ssize_t)size ||
		    ftruncate(fd, (off_t)size) == -1)
			return 125;
		if (line[0] == 'e')
			show_env(path);
		else
			show_procfile(path);
		printf(".\n");
	}
	fclose(f);
	free(data);
	return 0;
}
