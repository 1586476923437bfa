#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "io/label.h"

/*
 * A byte that is not shown precedes the format: so strftime(3) returns 0 only
 * if the result does not fit, not if it is empty.
 */
int
label_open(struct label *l, const char *format)
{
	size_t n = strlen(format);
	int timed = strchr(format, '%') != NULL;

	l->max = timed ? 16 * n + 256 : n;
	l->format = malloc(n + l->max + 4);
	if (l->format == NULL)
		return -1;
	l->format[0] = ' ';
	memcpy(l->format + 1, format, n + 1);
	l->text = l->format + 1;
	l->len = n;
	l->second = timed ? 0 : -1;
	return 0;
}

void
label_free(struct label *l)
{
	free(l->format);
	l->format = NULL;
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
