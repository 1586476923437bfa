#include "config.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/fdio.h"
#include "base/vis.h"

static char	command[32] = "procgroup";
static const char *own = command;	/* without PROCGROUP_NAME */
static const char *help = "\n";
static const char *synopsis;		/* of the subcommand, if known */
static int	target = STDERR_FILENO;
static void	(*writer)(const char *, size_t);

void
diag_write_by(void (*write)(const char *line, size_t n))
{
	writer = write;
}

void
diag_init(const char *name)
{
	const char *typed = getenv("PROCGROUP_NAME");

	own = name;
	if (typed != NULL && typed[0] != '\0')
		name = typed;
	snprintf(command, sizeof command, "%s", name);
}

void
diag_to(int fd)
{
	target = fd != -1 ? fd : STDERR_FILENO;
}

/* Has the pipe a reader?  Without this check a write would raise SIGPIPE. */
static int
is_read(int fd)
{
	struct pollfd pfd = { .fd = fd, .events = POLLOUT };

	return poll(&pfd, 1, -1) == 1 && (pfd.revents & POLLERR) == 0;
}

void
diag_pass_on(const char *text, size_t n)
{
	ssize_t written;

	if (target != STDERR_FILENO && !is_read(target))
		target = STDERR_FILENO;
	if (target == STDERR_FILENO && writer != NULL) {
		writer(text, n);
		return;
	}
	written = write(target, text, n);
	(void)written;
}

/* The buffer of line must have room for the newline. */
static void
write_line(char *line)
{
	size_t n = strlen(line);

	vis_mask(line);
	line[n++] = '\n';
	diag_pass_on(line, n);
}

static void
report(const char *reason, const char *fmt, va_list ap)
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
	report(reason, fmt, ap);
	va_end(ap);
}

void
diag_warnx(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	report(NULL, fmt, ap);
	va_end(ap);
}

void
diag_hint(const char *fmt, ...)
{
	va_list ap;

	if (!isatty(STDERR_FILENO) || !isatty(STDOUT_FILENO))
		return;
	va_start(ap, fmt);
	report(NULL, fmt, ap);
	va_end(ap);
}

void
diag_die(int status, const char *fmt, ...)
{
	const char *reason = strerror(errno);
	va_list ap;

	va_start(ap, fmt);
	report(reason, fmt, ap);
	va_end(ap);
	exit(status);
}

void
diag_diex(int status, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	report(NULL, fmt, ap);
	va_end(ap);
	exit(status);
}

void
diag_help(const char *text)
{
	help = text;
	synopsis = NULL;
}

void
diag_synopsis(const char *line)
{
	synopsis = line;
}

/* No stdio: its buffer would be a page more in a process that waits. */
static void
print(int status, const char *fmt, ...)
{
	char text[4096];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	if (fdio_write(STDOUT_FILENO, text, strlen(text)) == -1)
		diag_die(status, "standard output");
	exit(0);
}

static void
print_help(int status)
{
	print(status, "usage: %s %s"
	    "  -h, --help     print this text, and end\n"
	    "  -V, --version  print the version, and end\n"
	    "The manual page %s(1) says more.\n", own, help, own);
}

static void
print_version(int status)
{
	print(status, "%s (procgroup) %s\n", own, PACKAGE_VERSION);
}

void
diag_asked(int status, const char *word)
{
	if (strcmp(word, "-h") == 0 || strcmp(word, "--help") == 0)
		print_help(status);
	if (strcmp(word, "-V") == 0 || strcmp(word, "--version") == 0)
		print_version(status);
}

/*
 * If another command called this one, its user did not type what is wrong: the
 * usage of this command would mislead.
 */
static void
report_usage(const char *fmt, va_list ap)
{
	char line[1024], manual[64];
	const char *text = synopsis != NULL ? synopsis : help;

	snprintf(manual, sizeof manual, "see %s(1)", command);
	if (strcmp(command, own) != 0) {
		report(manual, fmt, ap);
		return;
	}
	report(NULL, fmt, ap);
	snprintf(line, sizeof line - 1, "usage: %s %.*s", own,
	    (int)strcspn(text, "\n"), text);
	write_line(line);
}

void
diag_usage(int status, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	report_usage(fmt, ap);
	va_end(ap);
	exit(status);
}

/*
 * getopt(3) takes --help for the unknown option `-'.  Not all of them tell an
 * unknown option from one without its argument where `+' comes before `:'.
 */
int
diag_getopt(int status, int argc, char *argv[], const char *letters)
{
	const char *known;
	int c;

	opterr = 0;
	c = getopt(argc, argv, letters);
	if (c != '?' && c != ':')
		return c;
	known = strchr(letters, optopt);
	if (c == ':' || (known != NULL && known[1] == ':'))
		diag_usage(status, "option -%c needs an argument", optopt);
	if (optopt == '-' && optind < argc) {
		diag_asked(status, argv[optind]);
		diag_usage(status, "unknown option %s", argv[optind]);
	}
	if (optopt == 'h')
		print_help(status);
	if (optopt == 'V')
		print_version(status);
	diag_usage(status, "unknown option -%c", optopt);
}

void
diag_fault(const char *path, int line, const char *name, const char *reason)
{
	char text[1024];

	snprintf(text, sizeof text - 1, "%s:%d: %s%s%s", path, line,
	    name != NULL ? name : "", name != NULL ? ": " : "", reason);
	write_line(text);
}
