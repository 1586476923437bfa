#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "base/vis.h"

size_t
vis_span(const char *s, size_t len)
{
	const unsigned char *p = (const unsigned char *)s;
	unsigned long code;
	size_t done = 0;

	while (done < len) {
		size_t n = 1;

		if (p[done] < ' ' || p[done] == 0x7f || p[done] == '\\')
			break;
		if (p[done] >= 0x80 && ((n = utf8_decode(s + done, len - done,
		    &code)) == 0 || code < 0xa0))
			break;
		done += n;
	}
	return done;
}

int
vis_add(char *to, size_t size, size_t *n, const char *s)
{
	size_t len = strlen(s), span;

	for (;;) {
		size_t room = size - 1 - *n;

		span = vis_span(s, len);
		if (span > room)
			span = vis_span(s, room);
		memcpy(to + *n, s, span);
		*n += span;
		to[*n] = '\0';
		if (span == len || room - span < 4)
			return span == len;
		*n += (size_t)snprintf(to + *n, 5, "\\x%02x",
		    (unsigned int)(unsigned char)s[span]);
		s += span + 1;
		len -= span + 1;
	}
}

void
vis_mask(char *s)
{
	for (;;) {
		s += vis_span(s, strlen(s));
		if (*s == '\0')
			return;
		if (*s != '\\')
			*s = '?';
		s++;
	}
}

static int
hex_value(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *digit = c != '\0' ? strchr(digits, c) : NULL;

	return digit != NULL ? (int)(digit - digits) : -1;
}

size_t
vis_undo(char *s)
{
	size_t n = 0;
	char *p = s;

	while (*p != '\0') {
		if (p[0] == '\\' && p[1] == 'x' && hex_value(p[2]) != -1 &&
		    hex_value(p[3]) != -1) {
			s[n++] = (char)(hex_value(p[2]) * 16 +
			    hex_value(p[3]));
			p += 4;
		} else
			s[n++] = *p++;
	}
	s[n] = '\0';
	return n;
}
