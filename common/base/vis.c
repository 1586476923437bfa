#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/vis.h"

/* Return the length of the UTF-8 character at s; 0: it is none. */
static size_t
utf8_length(const unsigned char *s, size_t len)
{
	static const unsigned long least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	unsigned long code;
	size_t n, i;

	if (s[0] < 0xc2 || s[0] > 0xf4)
		return 0;
	n = s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : 4;
	if (n > len)
		return 0;
	code = s[0] & (0x7fU >> n);
	for (i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (s[i] & 0x3f);
	}
	if (code < least[n] || code < 0xa0 || code > 0x10ffff ||
	    (code >= 0xd800 && code <= 0xdfff))
		return 0;
	return n;
}

size_t
vis_span(const char *s, size_t len)
{
	const unsigned char *p = (const unsigned char *)s;
	size_t done = 0;

	while (done < len) {
		size_t n = 1;

		if (p[done] < ' ' || p[done] == 0x7f || p[done] == '\\')
			break;
		if (p[done] >= 0x80 &&
		    (n = utf8_length(p + done, len - done)) == 0)
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
