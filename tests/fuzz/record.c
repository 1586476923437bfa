/*
 * record: the text of a record, used as a name of a service and of its folder,
 * too.  An accepted record has no control characters, and is the same after it
 * was written and read again.  No two names share a folder, and no name leads
 * out of the directory.
 */
#include "../../common/service/record.c"

#include <stdlib.h>

#include "base/svcname.h"

#include "bytes.h"
#include "drive.h"

static int
parse(const void *p, size_t len, struct record *r)
{
	char *text = bytes_copy(p, len), *value[NFIELDS];
	int good = split(text, len, value) == 0 && fill(r, value) == 0;

	free(text);
	return good;
}

/* The backslash is that of an escape. */
static int
obeyed(const char *s)
{
	for (; *s != '\0'; s++)
		if ((unsigned char)*s < ' ' || *s == 0x7f ||
		    (*s == '\xc2' && (s[1] & 0xe0) == 0x80))
			return 1;
	return 0;
}

static void
try_record(const uint8_t *data, size_t size)
{
	char text[RECORD_TEXT + 1];
	struct record r, again;

	if (size > RECORD_TEXT || !parse(data, size, &r))
		return;
	if (memchr(data, '\0', size) != NULL || data[size - 1] != '\n')
		WRONG("half of a record is accepted");
	if (r.pgid < 1 || r.pgid != r.id.pid || r.id.kind == HANDLE_BARE)
		WRONG("no group is accepted");
	if (obeyed(r.command) || obeyed(r.scope.boot) ||
	    obeyed(r.scope.pidns))
		WRONG("a control character is accepted");
	compose(&r, text);
	if (strlen(text) >= RECORD_TEXT ||
	    !parse(text, strlen(text), &again))
		WRONG("not accepted again");
	if (!handle_equal(&r.id, &again.id) || r.pgid != again.pgid ||
	    r.sid != again.sid || r.uid != again.uid ||
	    r.started != again.started ||
	    !record_in_scope(&r, &again.scope) ||
	    strcmp(r.command, again.command) != 0)
		WRONG("another record when read again");
}

static void
try_name(const char *text)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-%";
	char folder[SVCNAME_SIZE], name[SVCNAME_SIZE];

	if (svcname_encode(text, folder) == 0) {
		if (folder[0] == '\0' || folder[0] == '.' ||
		    folder[0] == '-' || folder[strspn(folder, plain)] != '\0')
			WRONG("a name that leads elsewhere");
		if (svcname_decode(folder, name) == -1 ||
		    strcmp(name, text) != 0)
			WRONG("another name comes back");
	}
	if (svcname_decode(text, name) == 0 &&
	    (svcname_encode(name, folder) == -1 || strcmp(folder, text) != 0))
		WRONG("another folder comes back");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = bytes_text(data, size);

	try_record(data, size);
	try_name(text);
	free(text);
	return 0;
}
