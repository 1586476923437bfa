/*
 * overmind: the entries of a .overmind.env, as envfile.h reads them.  Each
 * option of overmind has its effect, or is reported; other names have none.
 * The services that may end are those of the list, or all of them with
 * ANY_CAN_DIE.
 */
#include "config.h"

#include "../../cmd/pgproc_overmind.c"

#include <stdint.h>
#include <stdlib.h>

#include "conf/envfile.h"

#include "bytes.h"
#include "drive.h"

static size_t	told;

static void
ignore_fault(const char *path, int line, const char *name, const char *reason)
{
	(void)path, (void)line, (void)name, (void)reason;
}

static void
take_message(const char *line, size_t n)
{
	if (n == 0 || memchr(line, '\n', n) != line + n - 1)
		WRONG("a message that is no line");
	told++;
}

/* Has the entry an option of overmind that pgproc has, too? */
static int
is_known(const char *entry)
{
	static const char *const names[] = {
		"PORT", "PORT_STEP", "NO_PORT", "FORMATION", "CAN_DIE",
		"ANY_CAN_DIE"
	};
	size_t i, n;

	for (i = 0; i < sizeof names / sizeof names[0]; i++) {
		n = strlen(names[i]);
		if (strncmp(entry + 9, names[i], n) == 0 && entry[9 + n] == '=')
			return 1;
	}
	return 0;
}

/* Take all entries; return how many must be reported. */
static size_t
take_all(struct options *o, struct envfile *f)
{
	size_t i, n = 0;

	for (i = 0; i < f->n; i++) {
		char *before = bytes_text(f->entry[i], strlen(f->entry[i]));

		if (strncmp(before, "OVERMIND_", 9) == 0 && !is_known(before))
			n++;
		overmind_take(o, "file", f->entry[i]);
		if (strcmp(before, f->entry[i]) != 0)
			WRONG("an entry that is not the same any more");
		free(before);
	}
	return n;
}

/* Does the list hold the name, with a comma or an end on each side? */
static int
plain_in(const char *list, const char *name)
{
	char *text = malloc(strlen(list) + 3), word[16];
	int found;

	if (text == NULL)
		exit(125);
	sprintf(text, ",%s,", list);
	snprintf(word, sizeof word, ",%s,", name);
	found = strstr(text, word) != NULL;
	free(text);
	return found;
}

static void
try_services(struct options *o)
{
	static const char *const names[] = { "web", "db", "a-b" };
	struct procfile_service s[3];
	int may;
	size_t i;

	memset(s, 0, sizeof s);
	for (i = 0; i < 3; i++)
		s[i].name = names[i];
	s[2].directives.restart = "always";
	o->procfile.service = s;
	o->procfile.n = 3;
	overmind_finish(o);
	for (i = 0; i < 3; i++) {
		may = o->any_can_die || (o->can_die != NULL &&
		    plain_in(o->can_die, names[i]));
		if (i == 2 ? strcmp(s[i].directives.restart, "always") != 0 :
		    (s[i].directives.restart != NULL) != may)
			WRONG("it may die, or not");
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct envfile f;
	struct options o;
	size_t n;

	if (envfile_read(&f, bytes_path(0, data, size), ignore_fault) == -1)
		return 0;
	memset(&o, 0, sizeof o);
	told = 0;
	diag_write_by(take_message);
	n = take_all(&o, &f);
	try_services(&o);
	diag_write_by(NULL);
	if (told != n || o.warnings != (int)n)
		WRONG("an option without effect that is not told");
	free((void *)(uintptr_t)o.numbers_of);	/* pgproc keeps it to its end */
	envfile_free(&f);
	return 0;
}
