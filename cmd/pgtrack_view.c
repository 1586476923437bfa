#include "config.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/vis.h"
#include "io/json.h"
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
		worst = worse(worst, pgtrack_names_told(&list[i]));
		if (service_runs(&list[i]))
			puts(handle_of(&list[i], bare, handle));
	}
	return worst;
}

/* A service whose state is not known may run: that is an error. */
static int
is_listed(const struct service *s, int all, int *worst)
{
	if (pgtrack_names_status(s) == STATUS_UNKNOWN)
		*worst = STATUS_UNKNOWN;
	return service_runs(s) || (all && s->state != SERVICE_MISSING);
}

int
pgtrack_view_list(const struct service *list, size_t n, int bare, int all)
{
	char handle[HANDLE_TEXT], name[NAME_TEXT];
	int worst = STATUS_RUNNING;
	size_t i;

	for (i = 0; i < n; i++) {
		const struct service *s = &list[i];

		if (is_listed(s, all, &worst))
			printf("%s\t%s\t%s\n", handle_of(s, bare,
			    handle), text_of(s, name), word_of(s->state));
	}
	return worst;
}

/* The command as it was typed: the record has it for a terminal to show. */
static void
print_command(struct json *j, const struct record *r)
{
	char text[sizeof r->command];

	memcpy(text, r->command, sizeof text);
	json_text(j, "command", text, vis_undo(text));
}

/* In RFC 3339 and UTC, whatever TZ says. */
static void
print_time(struct json *j, const char *name, time_t t)
{
	struct tm *tm = gmtime(&t);
	char text[40];

	if (tm != NULL && strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ",
	    tm) > 0)
		json_string(j, name, text);
	else
		json_null(j, name);
}

static void
print_object(struct json *j, const struct service *s)
{
	const struct record *r = &s->record;
	char handle[HANDLE_TEXT];

	json_object(j, NULL);
	json_string(j, "name", s->name);
	json_string(j, "state", word_of(s->state));
	if (s->known) {
		json_string(j, "handle", handle_format(&r->id, 0, handle));
		json_number(j, "pgid", (long long)r->pgid);
		print_time(j, "started", (time_t)r->started);
		print_command(j, r);
	} else {
		json_null(j, "handle");
		json_null(j, "pgid");
		json_null(j, "started");
		json_null(j, "command");
	}
	json_object_end(j);
}

int
pgtrack_view_json(const struct service *list, size_t n, int all)
{
	int worst = STATUS_RUNNING;
	struct json j;
	size_t i;

	json_open(&j, stdout);
	json_array(&j, NULL);
	for (i = 0; i < n; i++)
		if (is_listed(&list[i], all, &worst))
			print_object(&j, &list[i]);
	json_array_end(&j);
	json_close(&j);
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
		worst = worse(worst, pgtrack_names_told(&list[i]));
		width = worse(width, columns(text_of(&list[i], name)));
	}
	if (n > 0)
		printf("%-*s  %-12s  %7s  %-19s  %s\n", width, "NAME",
		    "STATE", "PGID", "SINCE", "COMMAND");
	for (i = 0; i < n; i++)
		print_row(&list[i], width);
	return worst;
}
