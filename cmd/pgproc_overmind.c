#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "pgproc_overmind.h"

#define PREFIX	"OVERMIND_"

/* Options of overmind with what procgroup has instead; others have nothing. */
static const struct {
	const char	*name, *instead;
} others[] = {
	{ "AUTO_RESTART", "write \"#: NAME restart=always\" into the Procfile" },
	{ "DAEMONIZE", "use -d" },
	{ "IGNORED_PROCESSES", "use -m NAME=0" },
	{ "PROCESSES", "name the services" },
	{ "PROCFILE", "use -f" },
	{ "STOP_SIGNALS", "write \"#: NAME stop=SIGNAL\" into the Procfile" },
	{ "TIMEOUT", "use -k" }
};

/* As strconv.ParseBool of Go, which overmind uses. */
static int
is_true(const char *value)
{
	static const char *const words[] = {
		"1", "t", "T", "true", "TRUE", "True"
	};
	size_t i;

	for (i = 0; i < sizeof words / sizeof words[0]; i++)
		if (strcmp(value, words[i]) == 0)
			return 1;
	return 0;
}

static void
tell(struct options *o, const char *path, const char *name)
{
	const char *instead = "pgup has nothing like it";
	size_t i;

	o->warnings++;
	if (o->quiet)
		return;
	for (i = 0; i < sizeof others / sizeof others[0]; i++)
		if (strcmp(name, others[i].name) == 0)
			instead = others[i].instead;
	diag_warnx("%s: " PREFIX "%s: no effect: %s", path, name, instead);
}

/* Numbers of instances that are given with -m win. */
static void
take_formation(struct options *o, const char *path, char *value)
{
	static const char variable[] = ": " PREFIX "FORMATION=";
	size_t size = strlen(path) + sizeof variable;
	char *text;

	if (o->numbers != NULL)
		return;
	text = malloc(size);
	if (text == NULL)
		diag_die(STATUS_USAGE, "%s", path);
	snprintf(text, size, "%s%s", path, variable);
	o->numbers = value;
	o->numbers_of = text;
}

void
overmind_take(struct options *o, const char *path, char *entry)
{
	char *name = entry + strlen(PREFIX), *value = strchr(entry, '=');
	size_t n;

	if (strncmp(entry, PREFIX, strlen(PREFIX)) != 0)
		return;
	n = (size_t)(value++ - name);
	if (n == 4 && strncmp(name, "PORT", n) == 0)
		o->base = value;
	else if (n == 9 && strncmp(name, "PORT_STEP", n) == 0)
		o->step = value;
	else if (n == 7 && strncmp(name, "NO_PORT", n) == 0)
		o->no_port = is_true(value);
	else if (n == 9 && strncmp(name, "FORMATION", n) == 0)
		take_formation(o, path, value);
	else if (n == 7 && strncmp(name, "CAN_DIE", n) == 0)
		o->can_die = value;
	else if (n == 11 && strncmp(name, "ANY_CAN_DIE", n) == 0)
		o->any_can_die = is_true(value);
	else {
		name[n] = '\0';
		tell(o, path, name);
		name[n] = '=';
	}
}

/* Is the name one of the list, with commas between? */
static int
is_in(const char *list, const char *name)
{
	size_t n = strlen(name);

	while (*list != '\0') {
		if (strcspn(list, ",") == n && strncmp(list, name, n) == 0)
			return 1;
		list += strcspn(list, ",");
		list += *list == ',';
	}
	return 0;
}

void
overmind_finish(struct options *o)
{
	size_t i;

	if (o->can_die == NULL && !o->any_can_die)
		return;
	for (i = 0; i < o->procfile.n; i++) {
		struct procfile_service *s = &o->procfile.service[i];

		if (o->any_can_die || is_in(o->can_die, s->name))
			procfile_may_end(s);
	}
}
