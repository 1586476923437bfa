/*
 * label: the text in front of each line, with any conversions of strftime(3).
 * The label is the result of strftime if that fits, else the text itself.  It
 * does not use more memory than label_room says.
 */
#include "config.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "io/label.h"

#include "bytes.h"
#include "drive.h"

#define LONGEST	512		/* bytes of a label that are tried */

static void
compare(const struct label *l, const char *format)
{
	size_t room = l->max + 2, n;
	char *plain = malloc(room), *behind = malloc(strlen(format) + 2);
	time_t second = l->second;
	struct tm *tm = localtime(&second);

	if (plain == NULL || behind == NULL || tm == NULL)
		exit(125);
	behind[0] = ' ';
	memcpy(behind + 1, format, strlen(format) + 1);
	n = strftime(plain, room, behind, tm);
	if (n > 0 && (l->len != n - 1 || memcmp(l->text, plain + 1, n - 1) != 0))
		WRONG("another time");
	if (n == 0 && (l->len != strlen(format) ||
	    memcmp(l->text, format, l->len) != 0))
		WRONG("not the text itself");
	free(behind);
	free(plain);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *format = bytes_text(data, size < LONGEST ? size : LONGEST);
	char *room = malloc(label_room(format));
	struct label l;

	if (room == NULL)
		exit(125);
	label_open(&l, format, room);
	if (l.len != strlen(format) || memcmp(l.text, format, l.len) != 0)
		WRONG("another text at first");
	label_update(&l);
	label_update(&l);
	if (l.len > l.max)
		WRONG("longer than it can be");
	if (l.second == -1 ? l.len != strlen(format) ||
	    memcmp(l.text, format, l.len) != 0 : strchr(format, '%') == NULL)
		WRONG("a label without a conversion has a time");
	if (l.second != -1)
		compare(&l, format);
	free(room);
	free(format);
	return 0;
}
