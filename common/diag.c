#include "config.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "diag.h"

static char	command[32] = "procgroup";

void
diag_init(const char *name)
{
	const char *typed = getenv("PROCGROUP_NAME");

	if (typed != NULL && typed[0] != '\0')
		name = typed;
	snprintf(command, sizeof command, "%s", name);
}

/* What came from the user may hold newlines and escape sequences. */
static void
make_plain(char *s)
{
	for (; *s != '\0'; s++)
		if ((unsigned char)*s < ' ' || *s == 0x7f)
			*s = '?';
}

/* In a buffer that has room for the newline. */
static void
write_line(char *line)
{
	size_t n = strlen(line);
	ssize_t written;

	make_plain(line);
	line[n++] = '\n';
	written = write(STDERR_FILENO, line, n);
	(void)written;
}

static void
say(const char *reason, const char *fmt, va_list ap)
{
	char line[1024];
	size_t room = sizeof line - 1;
	size_t n;

	snprintf(line, room, "%s: ", command);
	n = strlen(line);
	vsnprintf(line + n, room - n, fmt, ap);
	n = strlen(line);
	if (reason != NULL)
		snprintf(line + n, room - n, ": %s", reason);
	write_line(line);
}

void
diag_warn(const char *fmt, ...)
{
	const char *reason = strerror(errno);
	va_list ap;

	va_start(ap, fmt);
	say(reason, fmt, ap);
	va_end(ap);
}

void
diag_warnx(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(NULL, fmt, ap);
	va_end(ap);
}

void
diag_die(int status, const char *fmt, ...)
{
	const char *reason = strerror(errno);
	va_list ap;

	va_start(ap, fmt);
	say(reason, fmt, ap);
	va_end(ap);
	exit(status);
}

void
diag_diex(int status, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(NULL, fmt, ap);
	va_end(ap);
	exit(status);
}

void
diag_usage(int status, const char *fmt, ...)
{
	char manual[64];
	va_list ap;

	snprintf(manual, sizeof manual, "see %s(1)", command);
	va_start(ap, fmt);
	say(manual, fmt, ap);
	va_end(ap);
	exit(status);
}

void
diag_option(int status, int c)
{
	if (c == ':')
		diag_usage(status, "option -%c needs an argument", optopt);
	diag_usage(status, "unknown option -%c", optopt);
}

/*
 * musl writes the first line at once, and where that fails there is nothing
 * left that a flush could fail with.
 */
void
diag_flush(int status)
{
	if (fflush(stdout) == EOF || ferror(stdout))
		diag_die(status, "standard output");
}

void
diag_fault(const char *path, int line, const char *name, const char *reason)
{
	char text[1024];

	snprintf(text, sizeof text - 1, "%s:%d: %s%s%s", path, line,
	    name != NULL ? name : "", name != NULL ? ": " : "", reason);
	write_line(text);
}
