#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "parse.h"
#include "procfile.h"
#include "signame.h"

/* Ports are 100 apart, so that no more than 655 can run. */
#define MOST	1000

/* Files are named after services. */
#define LONGEST	200

static void
tell_error(struct procfile *p, int line, const char *name, const char *reason)
{
	p->fault(p->path, line, name, reason);
	p->errors++;
}

static void
tell_warning(struct procfile *p, const char *name, const char *reason)
{
	if (!p->sparing)
		p->fault(p->path, p->file.line, name, reason);
	p->warnings++;
}

static size_t
name_length(const char *s)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";

	return strspn(s, letters);
}

/* The service of that name, added if need be; NULL: there is no room. */
static struct procfile_service *
service_of(struct procfile *p, const char *name)
{
	struct procfile_service *s;
	size_t i;

	for (i = 0; i < p->n; i++)
		if (strcmp(p->service[i].name, name) == 0)
			return &p->service[i];
	if (p->n == MOST || strlen(name) > LONGEST) {
		tell_error(p, p->file.line, name, p->n == MOST ?
		    "too many services" : "too long a name");
		return NULL;
	}
	s = &p->service[p->n++];
	memset(s, 0, sizeof *s);
	s->name = name;
	return s;
}

/* Cut the first word off *rest; NULL: there is none. */
static char *
take_word(char **rest)
{
	char *word = *rest + strspn(*rest, TEXTFILE_BLANK);
	char *end = word + strcspn(word, TEXTFILE_BLANK);

	if (end == word)
		return NULL;
	*rest = end + (*end != '\0');
	*end = '\0';
	return word;
}

static int
is_readiness(const char *value)
{
	int fd;

	if (strncmp(value, "cmd:", 4) == 0)
		return value[4] != '\0';
	if (strncmp(value, "fd:", 3) == 0)
		return parse_fd(value + 3, &fd) == 0 && fd > 2;
	return strcmp(value, "notify") == 0 || strcmp(value, "port") == 0;
}

static int
is_list(const char *value)
{
	size_t n;

	for (;; value += n + 1) {
		n = name_length(value);
		if (n == 0 || value[n] != ',')
			return n > 0 && value[n] == '\0';
	}
}

static int
take_stop(struct procfile_wishes *w, const char *value)
{
	size_t n = strcspn(value, ",");

	w->sig = signame_number(value, n);
	w->has_grace = value[n] != '\0';
	return w->sig > 0 && (!w->has_grace || parse_seconds(value + n + 1,
	    strlen(value + n + 1), &w->grace) == 0);
}

/* Is it a wish that can be obeyed? */
static int
take_wish(struct procfile_wishes *w, const char *key, const char *value)
{
	if (strcmp(key, "ready") == 0) {
		w->ready = value;
		return is_readiness(value);
	}
	if (strcmp(key, "after") == 0) {
		w->after = value;
		return is_list(value);
	}
	if (strcmp(key, "restart") == 0) {
		w->has_restart = 1;
		return restart_parse(&w->restart, value) == 0;
	}
	if (strcmp(key, "within") == 0) {
		w->has_patience = 1;
		return parse_seconds(value, strlen(value),
		    &w->patience) == 0;
	}
	return strcmp(key, "stop") == 0 && take_stop(w, value);
}

/* A command that tells whether it is ready goes to the end of the line. */
static void
take_wishes(struct procfile *p, char *rest)
{
	char *word = take_word(&rest), *equals;
	struct procfile_service *s;

	if (word == NULL || (s = service_of(p, word)) == NULL)
		return;
	s->wishes.line = p->file.line;
	for (;;) {
		rest += strspn(rest, TEXTFILE_BLANK);
		word = rest;
		if (strncmp(word, "ready=cmd:", 10) == 0)
			rest += strlen(rest);
		else if ((word = take_word(&rest)) == NULL)
			return;
		equals = strchr(word, '=');
		if (equals != NULL)
			*equals = '\0';
		if (equals != NULL && take_wish(&s->wishes, word, equals + 1))
			continue;
		if (equals != NULL)
			*equals = '=';
		tell_error(p, p->file.line, word, "no such directive");
	}
}

static void
take_entry(struct procfile *p, char *name, char *command)
{
	struct procfile_service *s;

	command += strspn(command, TEXTFILE_BLANK);
	if (*command == '\0') {
		tell_warning(p, name, "no command");
		return;
	}
	s = service_of(p, name);
	if (s == NULL)
		return;
	if (s->command != NULL) {
		tell_error(p, p->file.line, name, "is there already");
		return;
	}
	s->command = command;
	s->position = p->entries++;
}

static void
take_line(struct procfile *p, char *line)
{
	char *begin = textfile_trim(line);
	size_t n = name_length(line);

	if (strncmp(line, "#:", 2) == 0 && textfile_blank(line[2]))
		take_wishes(p, line + 2);
	else if (*begin == '\0' || *begin == '#')
		return;
	else if (n > 0 && line[n] == ':') {
		line[n] = '\0';
		take_entry(p, line, line + n + 1);
	} else
		tell_warning(p, NULL,
		    "a name is made of letters, digits, _ and -");
}

static void
look_for_commands(struct procfile *p)
{
	size_t i;

	for (i = 0; i < p->n; i++)
		if (p->service[i].command == NULL)
			tell_error(p, p->service[i].wishes.line,
			    p->service[i].name, "no such service");
}

int
procfile_read(struct procfile *p)
{
	char *line;
	int whole;

	p->n = 0;
	p->entries = p->warnings = p->errors = 0;
	if (textfile_read(&p->file, p->path) == -1)
		return -1;
	p->service = calloc(MOST, sizeof *p->service);
	if (p->service == NULL) {
		textfile_free(&p->file);
		return -1;
	}
	while ((line = textfile_line(&p->file, &whole)) != NULL)
		if (whole)
			take_line(p, line);
		else
			tell_warning(p, NULL, "has a NUL");
	look_for_commands(p);
	return 0;
}

void
procfile_free(struct procfile *p)
{
	free(p->service);
	textfile_free(&p->file);
}

const struct procfile_service *
procfile_find(const struct procfile *p, const char *name, size_t n)
{
	const struct procfile_service *s;

	for (s = p->service; s < p->service + p->n; s++)
		if (s->command != NULL && strlen(s->name) == n &&
		    strncmp(s->name, name, n) == 0)
			return s;
	return NULL;
}
