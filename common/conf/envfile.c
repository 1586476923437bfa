#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "conf/envfile.h"

struct reader {
	struct envfile	*f;
	const char	*path;
	void		(*fault)(const char *, int, const char *, const char *);
	int		 faults;	/* reported */
	int		 has_dollar;	/* a ${ was reported */
};

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

	if (*value == '#')
		*value = '\0';
	if (*value == '\'' || *value == '"')
		return quoted_value(f, value);
	cut_comment(s);
	return textfile_trim(s);
}

/* Why a line without a name and a = is none. */
static const char *
why_skipped(const char *s)
{
	if (strncmp(s, "//", 2) == 0)
		return "line skipped: // begins no comment, but # does";
	if (is_name(s))
		return "line skipped: no = after the name";
	return "line skipped: not NAME=value";
}

/* A warning about a value that is taken but may not be meant so; or NULL. */
static const char *
find_surprise(struct reader *r, const char *value)
{
	const char *p = value + strspn(value, TEXTFILE_BLANK);

	if (value[0] == '#')
		return "empty, as # begins a comment: put the value into "
		    "quotes";
	if (*p == '\'' || r->has_dollar)
		return NULL;
	for (; (p = strstr(p, "${")) != NULL; p++)
		if (p[-1] != '\\' && p[2] != '\0') {
			r->has_dollar = 1;
			return "${...} stays as it is, for nothing is "
			    "expanded; in '...' that is not reported";
		}
	return NULL;
}

static void
report(struct reader *r, int line, const char *name, const char *reason)
{
	r->fault(r->path, line, name, reason);
	r->faults++;
}

/*
 * Turn a line into an entry NAME=value in place and return it; or report why
 * not, and return NULL.
 */
static char *
entry_of(struct reader *r, char *s)
{
	int line = r->f->file.line;
	const char *surprise;
	char *equals, *value;
	size_t n;

	if (strncmp(s, "export", 6) == 0 && textfile_blank(s[6]))
		s += 6;
	equals = strchr(s, '=');
	if (equals != NULL)
		*equals = '\0';
	s = textfile_trim(s);
	if (equals == NULL || !is_name(s)) {
		report(r, line, NULL, why_skipped(s));
		return NULL;
	}
	surprise = find_surprise(r, equals + 1);
	value = value_of(r->f, equals + 1);
	if (value == NULL || surprise != NULL)
		report(r, line, s, value != NULL ? surprise :
		    "line skipped: bad quotes");
	if (value == NULL)
		return NULL;
	n = strlen(s);
	s[n] = '=';
	memmove(s + n + 1, value, strlen(value) + 1);
	return s;
}

/* Return the entry of a line, or NULL. */
static char *
take_line(struct reader *r, char *s, int whole)
{
	if (!whole) {
		report(r, r->f->file.line, NULL, "line skipped: it has a NUL");
		return NULL;
	}
	s += strspn(s, TEXTFILE_BLANK);
	return *s == '\0' || *s == '#' ? NULL : entry_of(r, s);
}

int
envfile_read(struct envfile *f, const char *path,
    void (*fault)(const char *, int, const char *, const char *))
{
	struct reader r = { .f = f, .path = path, .fault = fault };
	char *s, *entry;
	int whole;

	f->n = 0;
	if (textfile_read(&f->file, path) == -1)
		return -1;
	textfile_unify_ends(&f->file);
	f->entry = calloc(textfile_lines(&f->file), sizeof *f->entry);
	if (f->entry == NULL) {
		textfile_free(&f->file);
		return -1;
	}
	while ((s = textfile_line(&f->file, &whole)) != NULL) {
		entry = take_line(&r, s, whole);
		if (entry != NULL)
			f->entry[f->n++] = entry;
	}
	return r.faults;
}

void
envfile_free(struct envfile *f)
{
	textfile_free(&f->file);
	free(f->entry);
}
