#include "config.h"

#include <string.h>
#include <time.h>

#include "io/label.h"

/* Return how many bytes the text can have at most. */
static size_t
max_length(const char *format)
{
	size_t n = strlen(format);

	return strchr(format, '%') != NULL ? 16 * n + 256 : n;
}

size_t
label_room(const char *format)
{
	return strlen(format) + max_length(format) + 4;
}

/*
 * A byte that is not shown precedes the format: so strftime(3) returns 0 only
 * if the result does not fit, not if it is empty.
 */
void
label_open(struct label *l, const char *format, char *room)
{
	size_t n = strlen(format);

	l->max = max_length(format);
	l->format = room;
	l->format[0] = ' ';
	memcpy(l->format + 1, format, n + 1);
	l->text = l->format + 1;
	l->len = n;
	l->second = strchr(format, '%') != NULL ? 0 : -1;
}

void
label_update(struct label *l)
{
	struct tm *tm;
	char *buf;
	time_t now;
	size_t n;

	if (l->second == -1 || (now = time(NULL)) == l->second)
		return;
	l->second = now;
	buf = l->format + strlen(l->format) + 1;
	tm = localtime(&now);
	n = tm != NULL ? strftime(buf, l->max + 2, l->format, tm) : 0;
	l->text = (n > 0 ? buf : l->format) + 1;
	l->len = n > 0 ? n - 1 : strlen(l->text);
}
