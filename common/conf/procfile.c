#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf/procfile.h"

/* More than the 655 that can have a port, as those are 100 apart. */
#define MAX_SERVICES	1000

/* Files are named after services. */
#define MAX_NAME	200

/* A line "#:".  It may stand before its service, so it is kept for later. */
struct comment {
	char	*text;
	int	 line;
};

struct comments {
	struct comment	*comment;
	size_t		 n, room;
};

static void
report_error(struct procfile *p, int line, const char *name, const char *reason)
{
	p->fault(p->path, line, name, reason);
	p->errors++;
}

static void
report_warning(struct procfile *p, int line, const char *name,
    const char *reason)
{
	if (!p->quiet)
		p->fault(p->path, line, name, reason);
	p->warnings++;
}

/*
 * A file may have a thousand services, and the pgproc of each of them looks up
 * every name.
 */
static size_t
bucket_of(const char *name, size_t n)
{
	unsigned int hash = 0;

	while (n-- > 0)
		hash = hash * 31 + (unsigned char)*name++;
	return hash % PROCFILE_BUCKETS;
}

static struct procfile_service *
find(const struct procfile *p, const char *name, size_t n)
{
	size_t i = p->bucket[bucket_of(name, n)];

	for (; i != 0; i = p->service[i - 1].next) {
		struct procfile_service *s = &p->service[i - 1];

		if (strncmp(s->name, name, n) == 0 && s->name[n] == '\0')
			return s;
	}
	return NULL;
}

/* The members of a new service are 0: see calloc in procfile_read. */
static void
add(struct procfile *p, char *name, size_t n, char *command)
{
	struct procfile_service *s = &p->service[p->n];
	size_t *bucket = &p->bucket[bucket_of(name, n)];

	s->name = name;
	s->command = command;
	s->line = p->file.line;
	s->position = (int)p->n++;
	s->next = *bucket;
	*bucket = p->n;
}

static void
take_entry(struct procfile *p, char *name, size_t n, char *command)
{
	const struct procfile_service *first = find(p, name, n);
	int line = p->file.line;
	char text[64];

	command = textfile_skip(command);
	if (*command == '\0') {
		report_warning(p, line, name, "line skipped: no command");
	} else if (first != NULL) {
		snprintf(text, sizeof text, "already defined in line %d",
		    first->line);
		report_error(p, line, name, text);
	} else if (p->n == MAX_SERVICES || n > MAX_NAME) {
		report_error(p, line, name, p->n == MAX_SERVICES ?
		    "too many services" : "too long a name");
	} else {
		add(p, name, n, command);
	}
}

static int
keep_comment(struct comments *c, char *text, int line)
{
	struct comment *more;

	if (c->n == c->room) {
		c->room = c->room * 2 + 16;
		more = realloc(c->comment, c->room * sizeof *more);
		if (more == NULL)
			return -1;
		c->comment = more;
	}
	c->comment[c->n].text = text;
	c->comment[c->n++].line = line;
	return 0;
}

/* Say why this line is no service; its first n bytes could be a name. */
static const char *
why_skipped(const char *line, size_t n)
{
	if (strchr(line, ':') == NULL)
		return "line skipped: no colon after a name, as in "
		    "\"web: command\"";
	if (textfile_blank(line[0]))
		return "line skipped: blanks before the name";
	if (n > 0 && textfile_blank(line[n]) &&
	    line[n + strspn(line + n, TEXTFILE_BLANK)] == ':')
		return "line skipped: a blank between name and colon";
	return "line skipped: a name is made of letters, digits, _ and -";
}

/*
 * strspn(line, DIRECTIVE_LETTERS), but faster: that of musl builds a table in
 * each call, and the pgproc of each service reads all lines.
 */
static size_t
name_length(const char *line)
{
	const char *s = line;

	while ((*s >= 'a' && *s <= 'z') || (*s >= 'A' && *s <= 'Z') ||
	    (*s >= '0' && *s <= '9') || *s == '_' || *s == '-')
		s++;
	return (size_t)(s - line);
}

static int
take_line(struct procfile *p, struct comments *c, char *line)
{
	char *begin = textfile_trim(line);
	size_t n = name_length(line);

	if (strncmp(line, "#:", 2) == 0 && textfile_blank(line[2]))
		return keep_comment(c, line + 2, p->file.line);
	if (*begin == '\0' || *begin == '#')
		return 0;
	if (line[n] != ':' || n == 0)
		report_warning(p, p->file.line, NULL, why_skipped(line, n));
	else {
		line[n] = '\0';
		take_entry(p, line, n, line + n + 1);
	}
	return 0;
}

/*
 * No service has this name.  That is an error if directives follow, and a
 * warning if the line is a note: "#: please follow the guide".
 */
static void
report_unknown(struct procfile *p, int line, const char *name, char *rest)
{
	char reason[DIRECTIVE_TEXT], *word = directive_word(&rest);
	struct directives ignored = { 0 };

	if (word != NULL && directive_take(&ignored, word, reason) !=
	    DIRECTIVE_UNKNOWN && (!(ignored.follow || ignored.terminal) ||
	    directive_word(&rest) == NULL))
		report_error(p, line, name, "no such service");
	else
		report_warning(p, line, name, "no such service; a note begins "
		    "with # alone");
}

/* An unknown word without = begins a sentence: skip the rest of the line. */
static void
take_comment(struct procfile *p, int line, char *rest)
{
	char reason[DIRECTIVE_TEXT], *word, *name = directive_word(&rest);
	struct procfile_service *s;
	int is_sentence = 0;

	if (name == NULL)
		return;
	s = find(p, name, strlen(name));
	if (s == NULL) {
		report_unknown(p, line, name, rest);
		return;
	}
	s->directives.line = line;
	while (!is_sentence && (word = directive_word(&rest)) != NULL)
		switch (directive_take(&s->directives, word, reason)) {
		case DIRECTIVE_TAKEN:
			break;
		case DIRECTIVE_UNKNOWN:
			report_warning(p, line, NULL, reason);
			is_sentence = strchr(word, '=') == NULL;
			break;
		case DIRECTIVE_BAD:
			report_error(p, line, NULL, reason);
			break;
		}
}

static int
read_lines(struct procfile *p, struct comments *c)
{
	char *line;
	int whole;

	while ((line = textfile_line(&p->file, &whole)) != NULL)
		if (!whole)
			report_warning(p, p->file.line, NULL,
			    "line skipped: it has a NUL");
		else if (take_line(p, c, line) == -1)
			return -1;
	return 0;
}

void
procfile_may_end(struct procfile_service *s)
{
	if (s->directives.restart == NULL)
		s->directives.restart = "once";
}

/*
 * ends=ok means restart=once where no policy is given; beside it only once and
 * on-failure are allowed.
 */
static void
allow_end(struct procfile *p, struct procfile_service *s)
{
	const char *policy = s->directives.restart;

	if (!s->directives.may_end)
		return;
	procfile_may_end(s);
	if (policy != NULL && (strncmp(policy, "no", 2) == 0 ||
	    strncmp(policy, "always", 6) == 0))
		report_error(p, s->directives.line, s->name, "ends=ok is not "
		    "for restart=no or restart=always");
}

int
procfile_read(struct procfile *p)
{
	struct comments c = { .n = 0 };
	size_t i;

	p->n = 0;
	memset(p->bucket, 0, sizeof p->bucket);
	p->warnings = p->errors = 0;
	if (textfile_read(&p->file, p->copy != NULL ? p->copy : p->path) == -1)
		return -1;
	p->service = calloc(MAX_SERVICES + 1, sizeof *p->service);
	if (p->service == NULL || read_lines(p, &c) == -1) {
		free(c.comment);
		procfile_free(p);
		return errno = ENOMEM, -1;
	}
	for (i = 0; i < c.n; i++)
		take_comment(p, c.comment[i].line, c.comment[i].text);
	free(c.comment);
	for (i = 0; i < p->n; i++)
		allow_end(p, &p->service[i]);
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
	return find(p, name, n);
}
