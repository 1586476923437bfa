/*
 * handle: the text of a handle.  The result of handle_parse is compared with
 * the grammar, and with the text that handle_format makes of it.
 */
#include "config.h"

#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "proc/handle.h"

#include "bytes.h"
#include "drive.h"

/* Digits alone, a number of no more than max; of 20 digits at most. */
static int
number(const char *s, size_t len, uint64_t max, uint64_t *n)
{
	size_t i;

	while (len > 1 && *s == '0')
		s++, len--;
	if (len == 0 || len > 20)
		return 0;
	for (*n = 0, i = 0; i < len; i++) {
		if (strchr("0123456789", s[i]) == NULL || s[i] == '\0' ||
		    *n > (max - (uint64_t)(s[i] - '0')) / 10)
			return 0;
		*n = *n * 10 + (uint64_t)(s[i] - '0');
	}
	return *n <= max;
}

static int
is_handle(const char *s, struct handle *id)
{
	size_t len = strcspn(s, ":");
	uint64_t pid;

	if (!number(s, len, INT_MAX, &pid) || pid == 0)
		return 0;
	id->pid = (pid_t)pid;
	id->key = 0;
	id->kind = s[len] == '\0' ? HANDLE_BARE :
	    strcmp(s + len, ":-") == 0 ? HANDLE_KEYLESS : HANDLE_KEYED;
	return id->kind != HANDLE_KEYED ||
	    number(s + len + 1, strlen(s + len + 1), UINT64_MAX, &id->key);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *s = bytes_text(data, size), buf[HANDLE_TEXT];
	struct handle want, id, again;

	if ((handle_parse(&id, s) == 0) != is_handle(s, &want))
		WRONG("a handle, or none");
	if (is_handle(s, &want)) {
		if (id.pid != want.pid || id.kind != want.kind ||
		    id.key != want.key)
			WRONG("another handle");
		if (handle_parse(&again, handle_format(&id, 0, buf)) == -1 ||
		    !handle_equal(&id, &again))
			WRONG("it is not read as it is written");
		if (handle_parse(&again, handle_format(&id, 1, buf)) == -1 ||
		    again.pid != id.pid || again.kind != HANDLE_BARE)
			WRONG("bare");
	}
	free(s);
	return 0;
}
