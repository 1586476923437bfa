#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/linewatch.h"

struct linewatch *
linewatch_new(const char *pattern, char *reason, size_t size)
{
	struct linewatch *w = calloc(1, sizeof *w);
	int error;

	if (w == NULL) {
		snprintf(reason, size, "%s", strerror(errno));
		return NULL;
	}
	error = regcomp(&w->regex, pattern, REG_EXTENDED | REG_NOSUB);
	if (error != 0) {
		regerror(error, &w->regex, reason, size);
		free(w);
		return NULL;
	}
	w->pattern = pattern;
	return w;
}

void
linewatch_free(struct linewatch *w)
{
	if (w != NULL)
		regfree(&w->regex);
	free(w);
}

static void
append(struct linewatch *w, int i, const char *p, size_t n)
{
	size_t room = LINEWATCH_LINE - w->line[i].len;

	if (n > room)
		n = room;
	memcpy(w->line[i].text + w->line[i].len, p, n);
	w->line[i].len += n;
}

static void
finish_line(struct linewatch *w, int i)
{
	char *text = w->line[i].text;
	size_t len = w->line[i].len;

	if (len > 0 && text[len - 1] == '\r')
		len--;
	text[len] = '\0';
	w->line[i].len = 0;
	w->found = regexec(&w->regex, text, 0, NULL, 0) == 0;
}

void
linewatch_feed(struct linewatch *w, int i, const char *p, size_t n)
{
	const char *end = p + n, *nl;

	while (!w->found && p < end) {
		nl = memchr(p, '\n', (size_t)(end - p));
		append(w, i, p, (size_t)((nl != NULL ? nl : end) - p));
		if (nl == NULL)
			return;
		finish_line(w, i);
		p = nl + 1;
	}
}
