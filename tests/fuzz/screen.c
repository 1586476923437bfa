/*
 * screen: the last output of a terminal, for one that joins later.  The first
 * byte says how many lines, the second into what pieces the output comes.  What
 * is shown is a part of it, has no more lines, and nothing that makes a terminal
 * answer or moves elsewhere, but for a sequence that is not complete yet, at the
 * end.
 */
#include "config.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "io/screen.h"

#include "bytes.h"
#include "drive.h"

/* The length of a sequence that may be shown; 0: it is another. */
static size_t
kept_sequence(const char *s, size_t n)
{
	size_t i = 2;

	if (n < 3 || s[1] != '[')
		return 0;
	while (i < n && s[i] >= 0x20 && s[i] <= 0x3f)
		i++;
	if (i == n || strchr("CDGJKPXm@", s[i]) == NULL || s[i] == '\0')
		return 0;
	if (s[i] == 'J' && i != 2 && s[2] != '0')
		return 0;
	if (s[i] != 'J' && s[2] >= '<' && s[2] <= '?')
		return 0;
	return i + 1;
}

/* Is it the beginning of a sequence without its end? */
static int
is_cut(const char *s, size_t n)
{
	return n < 2 || memchr(s + 1, '\033', n - 1) == NULL ||
	    strchr("]PX^_", s[1]) != NULL;
}

static void
try_text(const char *s, size_t n, unsigned int rows)
{
	size_t i = 0, len;
	unsigned int lines = 0;

	while (i < n) {
		unsigned char c = (unsigned char)s[i];

		if (c == '\033') {
			len = kept_sequence(s + i, n - i);
			if (len == 0 && !is_cut(s + i, n - i))
				WRONG("a sequence that is not text");
			if (len == 0)
				break;
			i += len;
			continue;
		}
		if ((c < 0x20 && strchr("\n\r\t\b", c) == NULL) || c == 0x7f)
			WRONG("a control character");
		lines += c == '\n';
		i++;
	}
	if (lines > rows)
		WRONG("more lines");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned int rows = bytes_take(&data, &size) % 40;
	size_t piece = 1 + bytes_take(&data, &size) * 37, done, n;
	struct screen *s = calloc(1, sizeof *s);
	char *exact = bytes_copy(data, size), *out = malloc(SCREEN_SIZE);

	if (s == NULL || out == NULL)
		exit(125);
	for (done = 0; done < size; done += n) {
		n = size - done < piece ? size - done : piece;
		screen_add(s, exact + done, n);
	}
	n = screen_text(s, rows, out);
	if (n > size || n > SCREEN_SIZE)
		WRONG("more than there was");
	try_text(out, n, rows);
	free(out);
	free(exact);
	free(s);
	return 0;
}
