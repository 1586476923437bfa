/*
 * vis: untrusted text, as it is shown on a terminal.  The result has no control
 * characters, and names each byte that was replaced.  It does not exceed its
 * buffer, and no escape and no character is cut.
 */
#include "config.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/vis.h"

#include "bytes.h"
#include "drive.h"
#include "utf8.h"

#define ROOM	64

/* The length of a character that may be shown; 0: none. */
static size_t
plain_character(const uint8_t *s, size_t len)
{
	size_t n = plain_utf8(s, len);

	return plain_control(s, n) || *s == '\\' ? 0 : n;
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

/* Undo the escapes of the result; it must be the beginning of s. */
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

/* A question mark stands for each byte that is not shown. */
static void
try_masked(const char *s)
{
	char *masked = bytes_text(s, strlen(s));
	size_t i = 0, n;

	vis_mask(masked);
	for (; s[i] != '\0'; i += n) {
		const uint8_t *p = (const uint8_t *)s + i;

		n = plain_character(p, strlen(s + i));
		if (n > 0 || s[i] == '\\') {
			n = n > 0 ? n : 1;
			if (memcmp(masked + i, s + i, n) != 0)
				WRONG("a character that is not the same");
			continue;
		}
		n = 1;
		if (masked[i] != '?')
			WRONG("a byte that a terminal obeys");
	}
	if (strlen(masked) != i)
		WRONG("more, or less, than there was");
	free(masked);
}

/* A complete result can be turned back; other text only gets shorter. */
static void
try_undone(const char *s)
{
	size_t len = strlen(s), room = 4 * len + 1, n = 0;
	char *shown = malloc(room), *other = bytes_text(s, len);

	if (shown == NULL)
		exit(125);
	if (!vis_add(shown, room, &n, s) || vis_undo(shown) != len ||
	    memcmp(shown, s, len) != 0)
		WRONG("not what it was");
	if (vis_undo(other) > len)
		WRONG("more than there was");
	free(other);
	free(shown);
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
	try_masked(s);
	try_undone(s);
	if (!all && n + 4 < room)
		WRONG("cut too early");
	free(to);
	free(s);
	free(exact);
	return 0;
}
