#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "conf/envfile.h"

/* Cut off a comment. */
static void
cut_comment(char *s)
{
	for (; *s != '\0'; s++)
		if (textfile_blank(s[0]) && s[1] == '#')
			*s = '\0';
}

static int
is_name(const char *s)
{
	static const char letters[] = "0123456789."
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_";
	size_t n = strspn(s, letters);

	return n > 0 && s[n] == '\0' && *s != '.' && !(*s >= '0' && *s <= '9');
}

/* Is this \', \" or \\ , as it may stand between quoted parts? */
static int
is_escape(const char *s)
{
	return s[0] == '\\' && s[1] != '\0' && strchr("'\"\\", s[1]) != NULL;
}

/* Return the end of the quoted parts that begin at s; NULL: not closed. */
static char *
skip_quotes(char *s)
{
	while (*s == '\'' || *s == '"' || is_escape(s)) {
		char quote = *s++;

		while (quote != '\\' && *s != quote) {
			if (quote == '"' && *s == '\\' && s[1] != '\0')
				s++;
			if (*s++ == '\0')
				return NULL;
		}
		s++;
	}
	return s;
}

/* Append the text inside double quotes; return the closing quote. */
static char *
copy_escaped(char *s, char **to)
{
	for (; *s != '"'; s++) {
		if (*s != '\\') {
			*(*to)++ = *s;
			continue;
		}
		s++;
		if (strchr("n\"\\$", *s) == NULL)
			*(*to)++ = '\\';
		*(*to)++ = *s == 'n' ? '\n' : *s;
	}
	return s;
}

/* Remove the quotes from the quoted parts between s and end. */
static void
unquote(char *s, const char *end)
{
	char *to = s;

	while (s < end)
		switch (*s++) {
		case '"':
			s = copy_escaped(s, &to) + 1;
			break;
		case '\'':
			while (*s != '\'')
				*to++ = *s++;
			s++;
			break;
		default:
			*to++ = *s++;
		}
	*to = '\0';
}

/* Is the rest of the last line, from s on, empty or a comment? */
static int
is_rest_empty(const struct envfile *f, const char *s)
{
	size_t n = strspn(s, TEXTFILE_BLANK);

	return (s[n] == '\0' || (n > 0 && s[n] == '#')) &&
	    s + strlen(s) == f->file.next - 1;
}

/* The value may end in a later line.  NULL: bad quotes. */
static char *
quoted_value(struct envfile *f, char *value)
{
	struct textfile before = f->file;
	char *rest;

	textfile_uncut(&f->file);
	rest = skip_quotes(value);
	if (rest != NULL) {
		textfile_cut(&f->file, rest);
		if (is_rest_empty(f, rest)) {
			unquote(value, rest);
			return value;
		}
		textfile_uncut(&f->file);
	}
	f->file = before;
	textfile_cut(&f->file, value);
	return NULL;
}

static char *
value_of(struct envfile *f, char *s)
{
	char *value = s + strspn(s, TEXTFILE_BLANK);

	if (*value == '\'' || *value == '"')
		return quoted_value(f, value);
	cut_comment(s);
	return textfile_trim(s);
}

/*
 * Turn a line into an entry NAME=value in place and return it.  NULL: the line
 * is faulty; *name and *reason are for the report.
 */
static char *
entry_of(struct envfile *f, char *s, const char **name, const char **reason)
{
	char *equals, *value;
	size_t n;

	*name = NULL;
	*reason = "not NAME=value";
	if (strncmp(s, "export", 6) == 0 && textfile_blank(s[6]))
		s += 6;
	equals = strchr(s, '=');
	if (equals == NULL)
		return NULL;
	*equals = '\0';
	s = textfile_trim(s);
	if (!is_name(s))
		return NULL;
	*name = s;
	*reason = "bad quotes";
	value = value_of(f, equals + 1);
	if (value == NULL)
		return NULL;
	n = strlen(s);
	s[n] = '=';
	memmove(s + n + 1, value, strlen(value) + 1);
	return s;
}

int
envfile_read(struct envfile *f, const char *path,
    void (*fault)(const char *, int, const char *, const char *))
{
	const char *name, *reason;
	char *s, *entry;
	int faults = 0, whole;

	f->n = 0;
	if (textfile_read(&f->file, path) == -1)
		return -1;
	textfile_unify_ends(&f->file);
	f->entry = calloc(f->file.lines, sizeof *f->entry);
	if (f->entry == NULL) {
		textfile_free(&f->file);
		return -1;
	}
	while ((s = textfile_line(&f->file, &whole)) != NULL) {
		name = NULL;
		reason = "has a NUL";
		entry = NULL;
		if (whole) {
			s += strspn(s, TEXTFILE_BLANK);
			if (*s == '\0' || *s == '#')
				continue;
			entry = entry_of(f, s, &name, &reason);
		}
		if (entry != NULL)
			f->entry[f->n++] = entry;
		else
			fault(path, f->file.line, name, reason), faults++;
	}
	return faults;
}

void
envfile_free(struct envfile *f)
{
	textfile_free(&f->file);
	free(f->entry);
}
