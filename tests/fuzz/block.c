/*
 * block: an operand of pgscan up to the first newline, then an environment
 * block.  The result of marker_match is compared with that of the simplest
 * algorithm: cut the block at each NUL, and look at every entry.
 */
#include "config.h"

#include <fnmatch.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "proc/envblock.h"
#include "proc/marker.h"
#include "proc/handle.h"

#include "bytes.h"
#include "drive.h"

#define OPERAND_MAX	64	/* a pattern of many * takes its time */

/* A word of a lineage holds the handle. */
static int
word_holds(const char *word, size_t len, const struct handle *id)
{
	char *s = bytes_text(word, len);
	struct handle one;
	int holds = len < HANDLE_TEXT && handle_parse(&one, s) == 0 &&
	    one.pid == id->pid && (id->kind != HANDLE_KEYED ||
	    (one.kind == HANDLE_KEYED && one.key == id->key));

	free(s);
	return holds;
}

static int
lineage_holds(const char *value, const struct handle *id)
{
	for (;;) {
		size_t n = strcspn(value, " ");

		if (word_holds(value, n, id))
			return 1;
		if (value[n] == '\0')
			return 0;
		value += n + 1;
	}
}

static int
entry_matches(const char *entry, const char *name, const struct marker *m)
{
	const char *equals = entry + strlen(name);

	if (strncmp(entry, name, strlen(name)) != 0 || *equals != '=')
		return 0;
	if (m->lineage)
		return lineage_holds(equals + 1, &m->id);
	return m->pattern == NULL || fnmatch(m->pattern, equals + 1, 0) == 0;
}

/* Where the first entry that matches begins, or -1; its length in *len. */
static long
search(const char *block, size_t size, const char *name,
    const struct marker *m, size_t *len)
{
	size_t start, end;

	for (start = 0; start < size; start = end + 1) {
		char *entry;
		int matches;

		for (end = start; end < size && block[end] != '\0'; end++)
			;
		entry = bytes_text(block + start, end - start);
		matches = entry_matches(entry, name, m);
		free(entry);
		*len = end - start;
		if (matches)
			return (long)start;
	}
	return -1;
}

static void
compare(const struct marker *m, const char *name, const char *block,
    size_t size)
{
	struct marker_match match = { NULL, 0 };
	struct marker both[2];
	size_t len = 0;
	long at = search(block, size, name, m, &len);

	if (marker_match(m, block, size, &match) != (at >= 0))
		WRONG("found, or not found");
	if (at >= 0 && (match.entry != block + at || match.len != len))
		WRONG("found elsewhere");
	if (marker_match(m, block, size, NULL) != (at >= 0))
		WRONG("it matters who asks");
	both[0] = both[1] = *m;
	if (marker_match_all(both, 2, block, size, &match) != (at >= 0))
		WRONG("twice is not once");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *newline = memchr(data, '\n', size);
	size_t len = newline != NULL ? (size_t)(newline - data) : 0;
	char *operand, *block;
	struct marker m;

	if (newline == NULL || len > OPERAND_MAX)
		return 0;
	operand = bytes_text(data, len);
	size -= len + 1;
	block = bytes_copy(newline + 1, size);
	if (marker_parse(&m, operand) == 0) {
		size_t n = strcspn(operand, "=");
		char *name = m.lineage ? bytes_text(HANDLE_ENV,
		    strlen(HANDLE_ENV)) : bytes_text(operand, n);

		if (n == 0 || (operand[0] >= '0' && operand[0] <= '9') !=
		    m.lineage || strcmp(m.name, name) != 0)
			WRONG("it was parsed as something else");
		compare(&m, name, block, size);
		free(name);
		marker_free(&m);
	}
	free(block);
	free(operand);
	return 0;
}
