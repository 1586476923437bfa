#include "config.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/vis.h"
#include "pgtrack_names.h"
#include "pgtrack_view.h"

#define NAME_TEXT	(4 * SVCNAME_SIZE)	/* any name, escaped */

static int
worse(int a, int b)
{
	return a > b ? a : b;
}

static const char *
word_of(enum service_state state)
{
	switch (state) {
	case SERVICE_RUNNING:
		return "running";
	case SERVICE_LEADERLESS:
		return "leaderless";
	case SERVICE_STALE:
		return "stale";
	case SERVICE_MISSING:
		return "missing";
	case SERVICE_UNSAFE:
		return "unsafe";
	default:
		return "unverifiable";
	}
}

static const char *
handle_of(const struct service *s, int bare, char buf[HANDLE_TEXT])
{
	return s->known ? handle_format(&s->record.id, bare, buf) : "-";
}

static const char *
text_of(const struct service *s, char buf[NAME_TEXT])
{
	size_t n = 0;

	vis_add(buf, NAME_TEXT, &n, s->name);
	return buf;
}

int
pgtrack_view_get(const struct service *list, size_t n, int bare)
{
	int worst = STATUS_RUNNING;
	char handle[HANDLE_TEXT];
	size_t i;

	for (i = 0; i < n; i++) {
		worst = worse(worst, pgtrack_names_status(&list[i]));
		if (service_runs(&list[i]))
			puts(handle_of(&list[i], bare, handle));
	}
	return worst;
}

int
pgtrack_view_list(const struct service *list, size_t n, int bare, int all)
{
	char handle[HANDLE_TEXT], name[NAME_TEXT];
	int worst = STATUS_RUNNING;
	size_t i;

	for (i = 0; i < n; i++) {
		const struct service *s = &list[i];

		/*
		 * A service whose state is not known may run: that is an error.
		 */
		if (pgtrack_names_status(s) == STATUS_UNKNOWN)
			worst = STATUS_UNKNOWN;
		if (service_runs(s) || (all && s->state != SERVICE_MISSING))
			printf("%s\t%s\t%s\n", handle_of(s, bare,
			    handle), text_of(s, name), word_of(s->state));
	}
	return worst;
}

static int
columns(const char *s)
{
	int n = 0;

	for (; *s != '\0'; s++)
		n += (*s & 0xc0) != 0x80;	/* one per UTF-8 character */
	return n;
}

static void
print_row(const struct service *s, int width)
{
	char name[NAME_TEXT], pgid[24] = "-", since[32] = "-";
	time_t started = (time_t)s->record.started;
	struct tm *tm;

	text_of(s, name);
	if (s->known) {
		snprintf(pgid, sizeof pgid, "%ld", (long)s->record.pgid);
		if ((tm = localtime(&started)) != NULL)
			strftime(since, sizeof since, "%Y-%m-%d %H:%M:%S", tm);
	}
	printf("%s%*s  %-12s  %7s  %-19s  %s\n", name, width - columns(name),
	    "", word_of(s->state), pgid, since,
	    s->known ? s->record.command : "-");
}

int
pgtrack_view_status(const struct service *list, size_t n)
{
	int worst = STATUS_RUNNING, width = (int)strlen("NAME");
	char name[NAME_TEXT];
	size_t i;

	for (i = 0; i < n; i++) {
		worst = worse(worst, pgtrack_names_status(&list[i]));
		width = worse(width, columns(text_of(&list[i], name)));
	}
	if (n > 0)
		printf("%-*s  %-12s  %7s  %-19s  %s\n", width, "NAME",
		    "STATE", "PGID", "SINCE", "COMMAND");
	for (i = 0; i < n; i++)
		print_row(&list[i], width);
	return worst;
}
