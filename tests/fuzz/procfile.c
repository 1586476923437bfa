/*
 * procfile: what stands in a Procfile.  Each fault is counted and told with its
 * line; what is accepted has plain names, each once, and commands that are one
 * line.  Without errors who is before somebody has him behind, and nobody is
 * either of himself.
 */
#include "config.h"

#include <sys/types.h>

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "procfile.h"
#include "startorder.h"

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

/* A path of these bytes, always the same. */
static const char *
path_of(const uint8_t *data, size_t size)
{
	static char path[32];
	static FILE *f;
	size_t i;

	if (f == NULL && (f = tmpfile()) == NULL)
		exit(125);
	if (ftruncate(fileno(f), 0) == -1 ||
	    lseek(fileno(f), 0, SEEK_SET) == -1 ||
	    write(fileno(f), data, size) != (ssize_t)size ||
	    lseek(fileno(f), 0, SEEK_SET) == -1)
		exit(125);
	snprintf(path, sizeof path, "/dev/fd/%d", fileno(f));
	for (last_line = 1, i = 0; i < size; i++)
		last_line += data[i] == '\n';
	return path;
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

static void
try_service(const struct procfile *p, const struct procfile_service *s)
{
	const char *c = s->command, *ready = s->wishes.ready;
	const struct procfile_service *other;
	size_t n = strlen(c);

	if (s->name[0] == '\0' || !is_name(s->name, ""))
		WRONG("a name that is none");
	if (n == 0 || strchr(c, '\n') != NULL || textfile_blank(c[0]) ||
	    textfile_blank(c[n - 1]))
		WRONG("a command that is no line of its own");
	if (procfile_find(p, s->name, strlen(s->name)) != s)
		WRONG("two of one name");
	for (other = p->service; other < s; other++)
		if (other->command != NULL && other->position == s->position)
			WRONG("a position that is taken");
	if (s->position < 0 || s->position >= p->entries)
		WRONG("a position that is none");
	if (p->errors > 0)
		return;
	if (s->wishes.after != NULL && !is_name(s->wishes.after, ","))
		WRONG("after what is no name");
	if (ready != NULL && strcmp(ready, "notify") != 0 &&
	    strcmp(ready, "port") != 0 && strncmp(ready, "fd:", 3) != 0 &&
	    (strncmp(ready, "cmd:", 4) != 0 || ready[4] == '\0'))
		WRONG("ready by what is no way to tell");
	if (s->wishes.sig < 0 || (s->wishes.has_restart &&
	    s->wishes.restart.limit == 0))
		WRONG("a wish that cannot be obeyed");
}

/* Mark who is in a list. */
static void
mark(const struct procfile *p, size_t of, const struct procfile_service **list,
    size_t n, unsigned char marks[MANY])
{
	size_t i;

	memset(marks, 0, MANY);
	if (list == NULL)
		exit(125);
	for (i = 0; i < n; i++)
		if (list[i] == &p->service[of] ||
		    marks[list[i] - p->service]++ > 0)
			WRONG("himself, or somebody twice");
	free(list);
}

static void
try_order(const struct procfile *p)
{
	static unsigned char before[MANY][MANY], behind[MANY][MANY];
	const struct procfile_service **list;
	size_t i, k, n;

	for (i = 0; i < p->n; i++) {
		list = startorder_before(p, &p->service[i], &n);
		mark(p, i, list, n, before[i]);
		if ((p->service[i].wishes.after != NULL) != (n > 0))
			WRONG("after somebody, and nobody is before");
		list = startorder_behind(p, &p->service[i], &n);
		mark(p, i, list, n, behind[i]);
	}
	for (i = 0; i < p->n; i++)
		for (k = 0; k < p->n; k++) {
			if (before[i][k] != behind[k][i] ||
			    (before[i][k] && before[k][i]))
				WRONG("before, and not behind");
			for (n = 0; before[i][k] && n < p->n; n++)
				if (before[k][n] && !before[i][n])
					WRONG("who is before them is not");
		}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct procfile p = { .path = path_of(data, size),
	    .fault = take_fault };
	size_t i, commands = 0;

	faults = 0;
	if (procfile_read(&p) == -1 || startorder_check(&p) == -1)
		exit(125);
	if (faults != p.warnings + p.errors)
		WRONG("a fault that does not count");
	for (i = 0; i < p.n; i++)
		if (p.service[i].command != NULL) {
			try_service(&p, &p.service[i]);
			commands++;
		} else if (p.errors == 0)
			WRONG("a wish of nobody");
	if (commands != (size_t)p.entries)
		WRONG("another number of commands");
	if (p.errors == 0 && p.n <= MANY)
		try_order(&p);
	procfile_free(&p);
	return 0;
}
