/*
 * calls.h - what the code under check has done, as a text: a fake call notes
 * that it was made, and a check compares all that was noted since the last one.
 */
#ifndef CALLS_H
#define CALLS_H

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static char	done[512];

/* Append to the text; what does not fit is lost. */
static void
vnote(const char *format, va_list ap)
{
	size_t n = strlen(done);

	vsnprintf(done + n, sizeof done - n, format, ap);
}

static void
note(const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vnote(format, ap);
	va_end(ap);
}

/* Is that all that was done?  If not, print it.  It is forgotten. */
static int
is_done(const char *what)
{
	int same = strcmp(done, what) == 0;

	if (!same)
		printf("done: %s\n", done);
	done[0] = '\0';
	return same;
}

#endif
