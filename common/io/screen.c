#include "config.h"

#include <string.h>

#include "io/screen.h"

#define ESC	'\033'
#define BEL	'\a'

void
screen_add(struct screen *s, const char *p, size_t n)
{
	size_t at, part;

	if (n > SCREEN_SIZE) {
		s->total += n - SCREEN_SIZE;
		p += n - SCREEN_SIZE;
		n = SCREEN_SIZE;
	}
	while (n > 0) {
		at = s->total & (SCREEN_SIZE - 1);
		part = n < SCREEN_SIZE - at ? n : SCREEN_SIZE - at;
		memcpy(s->buf + at, p, part);
		s->total += part;
		p += part;
		n -= part;
	}
}

/* The end of a string that begins at p, as of a title: BEL or ESC \. */
static const char *
skip_string(const char *p, const char *end)
{
	for (; p < end; p++)
		if (*p == BEL)
			return p + 1;
		else if (*p == ESC && p + 1 < end)
			return p + 2;
	return NULL;
}

/* Does a sequence, ESC [ ... p[-1], belong to plain text? */
static int
is_kept(const char *start, const char *p)
{
	char last = p[-1];

	if (last == 'J')		/* to the end of the screen */
		return p - start == 3 || start[2] == '0';
	if (start[2] >= '<' && start[2] <= '?')
		return 0;
	return memchr("CDGKPXm@", last, 8) != NULL;
}

/* The end of the control sequence at p; NULL: it is incomplete. */
static const char *
skip_sequence(const char *p, const char *end, int *kept)
{
	const char *start = p;

	*kept = 0;
	if (++p == end)
		return NULL;
	if (*p == ']' || *p == 'P' || *p == 'X' || *p == '^' || *p == '_')
		return skip_string(p + 1, end);
	if (*p == '[') {
		for (p++; p < end && *p >= 0x20 && *p <= 0x3f; p++)
			continue;
		if (p == end)
			return NULL;
		*kept = is_kept(start, p + 1);
		return p + 1;
	}
	while (p < end && *p >= 0x20 && *p <= 0x2f)
		p++;
	return p < end ? p + 1 : NULL;
}

static int
is_text(char c)
{
	return (unsigned char)c >= 0x20 ? c != 0x7f :
	    c == '\n' || c == '\r' || c == '\t' || c == '\b';
}

/* Copy what belongs to plain text; return the end of it. */
static char *
clean(const char *p, const char *end, char *out)
{
	const char *next;
	int kept;

	while (p < end) {
		if (*p != ESC) {
			if (is_text(*p))
				*out++ = *p;
			p++;
			continue;
		}
		next = skip_sequence(p, end, &kept);
		if (next == NULL) {	/* the rest of it is still to come */
			next = end;
			kept = 1;
		}
		if (kept) {
			memcpy(out, p, (size_t)(next - p));
			out += next - p;
		}
		p = next;
	}
	return out;
}

size_t
screen_text(const struct screen *s, unsigned int rows, char out[SCREEN_SIZE])
{
	char text[SCREEN_SIZE];
	size_t n = s->total < SCREEN_SIZE ? s->total : SCREEN_SIZE, i;
	const char *start = text, *p, *end = text + n;

	for (i = 0; i < n; i++)
		text[i] = s->buf[(s->total - n + i) & (SCREEN_SIZE - 1)];
	if (n < s->total) {		/* it begins in the middle of a line */
		p = memchr(text, '\n', n);
		start = p != NULL ? p + 1 : text;
	}
	for (p = end; p > start; p--)
		if (p[-1] == '\n' && rows-- == 0)
			break;
	return (size_t)(clean(p, end, out) - out);
}
