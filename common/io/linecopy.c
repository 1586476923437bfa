#include "config.h"

#include <string.h>

#include "io/linecopy.h"

/* Does text follow the return at p that overwrites what is before it? */
static int
overwrites(const char *p, const char *end)
{
	return p + 1 < end && p[1] != '\r' && p[1] != '\n';
}

size_t
linecopy_labels(const char *line, size_t n)
{
	const char *end = line + n, *p = line;
	size_t labels = 0;

	while ((p = memchr(p, '\r', (size_t)(end - p))) != NULL) {
		labels += (size_t)overwrites(p, end);
		p++;
	}
	return labels;
}

/* The length of a sequence at p that clears the screen; 0: there is none. */
static size_t
clear_length(const char *p, const char *end)
{
	static const char *const sequences[] = {
		"c", "[2J", "[3J", "[J", "[0J", "[H", "[1;1H", "[;H", "[f",
		"[?47h", "[?47l", "[?1047h", "[?1047l", "[?1049h", "[?1049l"
	};
	size_t i, n;

	for (i = 0; i < sizeof sequences / sizeof sequences[0]; i++) {
		n = strlen(sequences[i]);
		if ((size_t)(end - p) > n &&
		    memcmp(p + 1, sequences[i], n) == 0)
			return n + 1;
	}
	return 0;
}

size_t
linecopy(char *to, const char *line, size_t n, const char *label, size_t len,
    size_t labels, int drops)
{
	const char *end = line + n, *p = line;
	char *begin = to;
	size_t skip;

	while (p < end) {
		if (drops && *p == '\033' && (skip = clear_length(p, end)) > 0) {
			p += skip;
			continue;
		}
		*to++ = *p;
		if (*p == '\r' && labels > 0 && overwrites(p, end)) {
			memcpy(to, label, len);
			to += len;
			labels--;
		}
		p++;
	}
	return (size_t)(to - begin);
}
