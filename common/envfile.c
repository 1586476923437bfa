#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "envfile.h"

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
	static const char letters[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789";
	size_t n = strspn(s, letters);

	return n > 0 && s[n] == '\0' && !(s[0] >= '0' && s[0] <= '9');
}

/* Take the backslashes out; return what is behind the closing quote. */
static char *
unquote(char *s)
{
	char *to = s;

	for (; *s != '"'; s++) {
		if (*s == '\\') {
			s++;
			if (*s != '\0' && strchr("n\"\\$", *s) == NULL)
				*to++ = '\\';
		} else if (*s != '\0') {
			*to++ = *s;
			continue;
		}
		if (*s == '\0')
			return NULL;
		*to++ = *s == 'n' ? '\n' : *s;
	}
	*to = '\0';
	return s + 1;
}

/* The value that is written there, or NULL. */
static char *
value_of(char *s)
{
	char *value = s + strspn(s, TEXTFILE_BLANK), *rest;

	switch (*value) {
	case '\'':
		rest = strchr(++value, '\'');
		if (rest != NULL)
			*rest++ = '\0';
		break;
	case '"':
		rest = unquote(++value);
		break;
	default:
		cut_comment(s);
		return textfile_trim(s);
	}
	if (rest == NULL)
		return NULL;
	cut_comment(rest);
	return *textfile_trim(rest) == '\0' ? value : NULL;
}

/*
 * Turn a line into an entry NAME=value, in its place.  Return NULL and leave
 * *name and *reason if it is none.
 */
static char *
entry_of(char *s, const char **name, const char **reason)
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
	value = value_of(equals + 1);
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
			s = textfile_trim(s);
			if (*s == '\0' || *s == '#')
				continue;
			entry = entry_of(s, &name, &reason);
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
