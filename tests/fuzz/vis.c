/*
 * vis: text that is not to be trusted, as it is shown on a terminal.  What is
 * shown has no byte that a terminal obeys, and says which bytes there were; it
 * stays in its room, and no escape and no character is cut.
 */
#include "config.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/vis.h"

#include "bytes.h"
#include "drive.h"

#define ROOM	64

/*
 * The length of a character that may be shown, by the table of Unicode 15,
 * 3-7: well-formed sequences.  0: none.
 */
static size_t
plain_character(const uint8_t *s, size_t len)
{
	static const uint8_t table[][9] = {
		{ 0x20, 0x5b }, { 0x5d, 0x7e },
		{ 0xc2, 0xc2, 0xa0, 0xbf }, { 0xc3, 0xdf, 0x80, 0xbf },
		{ 0xe0, 0xe0, 0xa0, 0xbf, 0x80, 0xbf },
		{ 0xe1, 0xec, 0x80, 0xbf, 0x80, 0xbf },
		{ 0xed, 0xed, 0x80, 0x9f, 0x80, 0xbf },
		{ 0xee, 0xef, 0x80, 0xbf, 0x80, 0xbf },
		{ 0xf0, 0xf0, 0x90, 0xbf, 0x80, 0xbf, 0x80, 0xbf },
		{ 0xf1, 0xf3, 0x80, 0xbf, 0x80, 0xbf, 0x80, 0xbf },
		{ 0xf4, 0xf4, 0x80, 0x8f, 0x80, 0xbf, 0x80, 0xbf }
	};
	size_t row, i;

	for (row = 0; row < sizeof table / sizeof table[0]; row++) {
		const uint8_t *range = table[row];

		for (i = 0; range[2 * i] != 0 && i < len; i++)
			if (s[i] < range[2 * i] || s[i] > range[2 * i + 1])
				break;
		if (i > 0 && range[2 * i] == 0)
			return i;
	}
	return 0;
}

static size_t
plain_span(const uint8_t *s, size_t len)
{
	size_t done = 0, n;

	while (done < len && (n = plain_character(s + done, len - done)) > 0)
		done += n;
	return done;
}

static unsigned
hex(char c)
{
	const char *digits = "0123456789abcdef", *p = strchr(digits, c);

	if (c == '\0' || p == NULL)
		WRONG("an escape that is cut");
	return (unsigned)(p - digits);
}

/* Undo the escapes of what was shown; it has to be the beginning of s. */
static void
try_shown(const char *shown, const char *s, int all)
{
	size_t n = 0, len = strlen(s);

	if (plain_span((const uint8_t *)shown, strcspn(shown, "\\")) !=
	    strcspn(shown, "\\"))
		WRONG("a byte that a terminal obeys");
	for (; *shown != '\0'; n++) {
		unsigned c = (unsigned char)*shown++;

		if (c == '\\') {
			if (*shown++ != 'x')
				WRONG("no escape");
			c = hex(*shown++) << 4;
			c |= hex(*shown++);
			if (plain_span((const uint8_t *)shown,
			    strcspn(shown, "\\")) != strcspn(shown, "\\"))
				WRONG("a byte that a terminal obeys");
		}
		if (n >= len || (unsigned char)s[n] != c)
			WRONG("other bytes than there were");
	}
	if (all != (n == len))
		WRONG("all of it, or not");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t room = 1 + bytes_take(&data, &size) % ROOM, n = 0;
	char *exact = bytes_copy(data, size), *s = bytes_text(data, size);
	char *to = malloc(room);
	int all;

	if (to == NULL)
		exit(125);
	if (vis_span(exact, size) != plain_span(data, size))
		WRONG("another span");
	all = vis_add(to, room, &n, s);
	if (n >= room || to[n] != '\0' || strlen(to) != n)
		WRONG("outside of its room");
	try_shown(to, s, all);
	if (!all && n + 4 < room)
		WRONG("cut too early");
	free(to);
	free(s);
	free(exact);
	return 0;
}
