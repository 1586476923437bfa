#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "envfile.h"
#include "fdio.h"

#define BLANK		" \t\r"
#define SIZE_LIMIT	(16 * 1024 * 1024)

static int
is_blank(char c)
{
	return c != '\0' && strchr(BLANK, c) != NULL;
}

/* Cut off what is blank at both ends. */
static char *
trim(char *s)
{
	size_t n;

	s += strspn(s, BLANK);
	n = strlen(s);
	while (n > 0 && is_blank(s[n - 1]))
		n--;
	s[n] = '\0';
	return s;
}

/* Cut off a comment. */
static void
cut_comment(char *s)
{
	for (; *s != '\0'; s++)
		if (is_blank(s[0]) && s[1] == '#')
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
	char *value = s + strspn(s, BLANK), *rest;

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
		return trim(s);
	}
	if (rest == NULL)
		return NULL;
	cut_comment(rest);
	return *trim(rest) == '\0' ? value : NULL;
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
	if (strncmp(s, "export", 6) == 0 && is_blank(s[6]))
		s += 6;
	equals = strchr(s, '=');
	if (equals == NULL)
		return NULL;
	*equals = '\0';
	s = trim(s);
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

/* All of it, with room for a NUL behind. */
static char *
read_all(int fd, size_t *len)
{
	size_t room = 4096;
	char *text = NULL, *more;
	ssize_t n;

	for (*len = 0; *len <= SIZE_LIMIT; room *= 2) {
		more = realloc(text, room + 1);
		if (more == NULL)
			break;
		text = more;
		n = fdio_read(fd, text + *len, room - *len);
		if (n == -1)
			break;
		*len += (size_t)n;
		if (*len == room)
			continue;
		text[*len] = '\0';
		return text;
	}
	if (*len > SIZE_LIMIT)
		errno = EFBIG;
	free(text);
	return NULL;
}

static int
load(struct envfile *f, const char *path, size_t *len)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), saved;

	if (fd == -1)
		return -1;
	f->text = read_all(fd, len);
	saved = errno;
	close(fd);
	errno = saved;
	return f->text == NULL ? -1 : 0;
}

static size_t
count_lines(const char *s, size_t len)
{
	const char *end = s + len;
	size_t n = 1;

	while ((s = memchr(s, '\n', (size_t)(end - s))) != NULL)
		n++, s++;
	return n;
}

int
envfile_read(struct envfile *f, const char *path,
    void (*fault)(const char *, int, const char *, const char *))
{
	const char *name, *reason;
	char *s, *next, *end, *entry;
	int line = 0, faults = 0;
	size_t len;

	f->n = 0;
	if (load(f, path, &len) == -1)
		return -1;
	f->entry = calloc(count_lines(f->text, len), sizeof *f->entry);
	if (f->entry == NULL) {
		free(f->text);
		return -1;
	}
	end = f->text + len;
	s = f->text;
	if (strncmp(s, "\357\273\277", 3) == 0)
		s += 3;
	for (; s <= end; s = next) {
		next = memchr(s, '\n', (size_t)(end - s));
		next = (next != NULL ? next : end) + 1;
		next[-1] = '\0';
		line++;
		name = NULL;
		reason = "has a NUL";
		entry = NULL;
		if (strlen(s) == (size_t)(next - 1 - s)) {
			s = trim(s);
			if (*s == '\0' || *s == '#')
				continue;
			entry = entry_of(s, &name, &reason);
		}
		if (entry != NULL)
			f->entry[f->n++] = entry;
		else
			fault(path, line, name, reason), faults++;
	}
	return faults;
}

void
envfile_free(struct envfile *f)
{
	free(f->text);
	free(f->entry);
}
