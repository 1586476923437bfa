/*
 * keys: the sequence that detaches, up to the first newline, then the keys that
 * are typed at pgattach, in pieces of as many bytes as the first byte says.
 * All keys in front of the first complete sequence are passed on.  The modes
 * that a command sets in a terminal are undone, whatever else it prints.
 */
#include "config.h"

#include "../../cmd/pgattach_keys.c"
#include "../../cmd/pgattach_modes.c"

#include <stdint.h>
#include <stdlib.h>

#include "bytes.h"
#include "drive.h"

/* Where the sequence first is complete; the end of all where it is not. */
static size_t
plain_end(const struct keys *k, const char *p, size_t n)
{
	size_t i;

	for (i = 0; k->len > 0 && i + k->len <= n; i++)
		if (memcmp(p + i, k->sequence, k->len) == 0)
			return i;
	return n;
}

static void
try_typed(struct keys *k, const char *p, size_t n, size_t piece)
{
	char *out = malloc(n + KEYS_MAX), *passed = malloc(n + KEYS_MAX + 1);
	size_t at, some, len, done = 0, end = plain_end(k, p, n);
	int over = 0;

	if (out == NULL || passed == NULL)
		exit(125);
	for (at = 0; at < n && !over; at += some) {
		some = n - at < piece ? n - at : piece;
		over = keys_feed(k, p + at, some, out, &len);
		if (len > some + KEYS_MAX || done + len > n)
			WRONG("more than was typed");
		memcpy(passed + done, out, len);
		done += len;
	}
	if (over != (end < n))
		WRONG("it detaches, or not");
	if (!over) {
		if (k->held > k->len || (k->held == k->len && k->len > 0))
			WRONG("the whole sequence is held back");
		memcpy(passed + done, k->sequence, k->held);
		done += k->held;
	}
	if (done != end || memcmp(passed, p, done) != 0)
		WRONG("other keys");
	free(passed);
	free(out);
}

static void
try_output(const char *p, size_t n, size_t piece)
{
	struct modes m = { 0, 0, 0, 0 }, whole = { 0, 0, 0, 0 }, again;
	char text[MODES_TEXT];
	size_t at, some, len;

	for (at = 0; at < n; at += some) {
		some = n - at < piece ? n - at : piece;
		modes_see(&m, p + at, some);
	}
	modes_see(&whole, p, n);
	if (m.set != whole.set || m.state != whole.state)
		WRONG("it matters in what pieces it comes");
	len = modes_undo(&m, text);
	if (len >= sizeof text)
		WRONG("more than its room");
	again = m;
	again.state = 0;
	modes_see(&again, text, len);
	if (again.set != 0)
		WRONG("a mode that is not undone");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t piece = 1U + bytes_take(&data, &size), n = 0;
	char *text, *rest;
	struct keys k;

	while (n < size && data[n] != '\n')
		n++;
	text = bytes_text(data, n);
	n += n < size;
	rest = bytes_copy(data + n, size - n);
	if (keys_parse(&k, text) == 0) {
		if (k.len > strlen(text) || k.len > KEYS_MAX)
			WRONG("a sequence that is too long");
		try_typed(&k, rest, size - n, piece);
	}
	try_output(rest, size - n, piece);
	free(rest);
	free(text);
	return 0;
}
