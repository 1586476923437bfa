#include "config.h"

#include <string.h>

#include "base/utf8.h"
#include "io/json.h"

#define REPLACEMENT	"\xef\xbf\xbd"	/* U+FFFD */

void
json_open(struct json *j, FILE *file)
{
	j->file = file;
	j->depth = j->filled = 0;
}

void
json_close(struct json *j)
{
	putc('\n', j->file);
}

static void
put(struct json *j, const char *text)
{
	fwrite(text, 1, strlen(text), j->file);
}

static void
put_character(struct json *j, const char *s, size_t n, unsigned long code)
{
	char escape[16];

	if (code < ' ' || (code >= 0x7f && code < 0xa0)) {
		snprintf(escape, sizeof escape, "\\u%04lx", code);
		put(j, escape);
		return;
	}
	if (code == '"' || code == '\\')
		putc('\\', j->file);
	fwrite(s, 1, n, j->file);
}

static void
put_text(struct json *j, const char *s, size_t len)
{
	putc('"', j->file);
	while (len > 0) {
		unsigned long code;
		size_t n = utf8_decode(s, len, &code);

		if (n == 0) {
			put(j, REPLACEMENT);
			n = 1;
		} else
			put_character(j, s, n, code);
		s += n;
		len -= n;
	}
	putc('"', j->file);
}

/* What comes before a value. */
static void
begin_value(struct json *j, const char *name, int breaks)
{
	if (j->filled)
		putc(',', j->file);
	if (breaks && j->depth > 0 && name == NULL)
		putc('\n', j->file);
	j->filled = 1;
	if (name != NULL) {
		put_text(j, name, strlen(name));
		putc(':', j->file);
	}
}

static void
begin(struct json *j, const char *name, int bracket)
{
	begin_value(j, name, 1);
	putc(bracket, j->file);
	j->depth++;
	j->filled = 0;
}

static void
end(struct json *j, int bracket)
{
	if (bracket == ']' && j->filled)
		putc('\n', j->file);
	putc(bracket, j->file);
	j->depth--;
	j->filled = 1;
}

void
json_array(struct json *j, const char *name)
{
	begin(j, name, '[');
}

void
json_array_end(struct json *j)
{
	end(j, ']');
}

void
json_object(struct json *j, const char *name)
{
	begin(j, name, '{');
}

void
json_object_end(struct json *j)
{
	end(j, '}');
}

void
json_text(struct json *j, const char *name, const char *s, size_t len)
{
	begin_value(j, name, 0);
	put_text(j, s, len);
}

void
json_string(struct json *j, const char *name, const char *s)
{
	json_text(j, name, s, strlen(s));
}

void
json_number(struct json *j, const char *name, long long number)
{
	char text[32];

	begin_value(j, name, 0);
	snprintf(text, sizeof text, "%lld", number);
	put(j, text);
}

void
json_null(struct json *j, const char *name)
{
	begin_value(j, name, 0);
	put(j, "null");
}
