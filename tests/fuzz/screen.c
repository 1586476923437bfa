/*
 * screen: the last lines of a terminal's output, as many as the first byte
 * says, for a terminal that attaches later.  They have no control sequences but
 * colours and movements within a line, and the beginning of an incomplete
 * sequence.  Text without sequences stays unchanged.
 */
#include "config.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "io/screen.h"

#include "bytes.h"
#include "drive.h"

static int
is_plain(uint8_t c)
{
	return (c >= 0x20 && c != 0x7f) || c == '\n' || c == '\r' ||
	    c == '\t' || c == '\b';
}

/*
 * The length of the sequence that begins there, ESC [ NUMBERS LETTER; the rest
 * where the end of it is not there.
 */
static size_t
sequence(const uint8_t *p, size_t len)
{
	size_t n = 2;

	if (len < 2 || p[1] != '[')
		return len;
	while (n < len && p[n] >= 0x20 && p[n] <= 0x3f)
		n++;
	if (n == len)
		return len;
	if (strchr("CDGJKPXm@", p[n]) == NULL || p[n] == '\0')
		WRONG("a sequence that moves elsewhere, or asks");
	if (p[2] >= '<' && p[2] <= '?')
		WRONG("a mode of the terminal");
	return n + 1;
}

static void
try_text(const char *text, size_t len)
{
	const uint8_t *p = (const uint8_t *)text;
	size_t n;

	for (; len > 0; p += n, len -= n) {
		n = *p == 0x1b ? sequence(p, len) : 1;
		if (*p != 0x1b && !is_plain(*p))
			WRONG("a control character");
	}
}

/* The last lines of a text without control characters except newlines. */
static void
compare(const uint8_t *data, size_t size, unsigned rows, const char *text,
    size_t len)
{
	size_t i, from;

	for (i = 0; i < size; i++)
		if (!is_plain(data[i]))
			return;
	if (size > SCREEN_SIZE)
		return;
	for (from = size; from > 0; from--)
		if (data[from - 1] == '\n' && rows-- == 0)
			break;
	if (len != size - from || memcmp(text, data + from, len) != 0)
		WRONG("other lines");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned rows = bytes_take(&data, &size) % 32;
	size_t times = bytes_take(&data, &size) % 8, piece = 1 + size / 3, n;
	struct screen *s = calloc(1, sizeof *s);
	char *text = malloc(SCREEN_SIZE);
	size_t at, some, i;

	if (s == NULL || text == NULL)
		exit(125);
	for (i = 0; i <= times; i++)
		for (at = 0; at < size; at += some) {
			some = size - at < piece ? size - at : piece;
			screen_add(s, (const char *)data + at, some);
		}
	n = screen_text(s, rows, text);
	if (n > SCREEN_SIZE)
		WRONG("more than there was");
	try_text(text, n);
	if (times == 0)
		compare(data, size, rows, text, n);
	free(text);
	free(s);
	return 0;
}
