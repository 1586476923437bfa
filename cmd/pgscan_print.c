#include "config.h"

#include <stdio.h>
#include <string.h>

#include "pgscan_print.h"
#include "print_text.h"

void
print_begin(struct printer *p)
{
	json_open(&p->out, stdout);
	if (p->json)
		json_array(&p->out, NULL);
	/* pgterm takes such a line for a comment. */
	else if (p->header && !p->groups)
		puts("#GROUP\tPID\tPPID\tSTATE\tMARKER\tCOMMAND");
}

void
print_end(struct printer *p)
{
	if (!p->json)
		return;
	json_array_end(&p->out);
	json_close(&p->out);
}

static const char *
state_name(int state)
{
	static const char *const names[] = {
		[PRINT_UNMARKED] = "-",
		[ORPHAN_SUPERVISED] = "supervised",
		[ORPHAN_TRACKED] = "tracked",
		[ORPHAN_ALONE] = "orphan"
	};

	return names[state];
}

static void
put_members(struct json *j, const struct carrier *c, int state)
{
	json_number(j, "pid", (long long)c->info.pid);
	json_number(j, "ppid", (long long)c->info.ppid);
	if (state == PRINT_UNMARKED) {
		json_null(j, "state");
		json_null(j, "marker");
	} else {
		json_string(j, "state", state_name(state));
		json_text(j, "marker", c->entry, c->len);
	}
	json_string(j, "command", c->info.name);
}

void
print_carrier(struct printer *p, const struct carrier *c,
    const struct handle *group, int state)
{
	char handle[HANDLE_TEXT];

	handle_format(group, p->bare && !p->json, handle);
	if (p->json) {
		json_object(&p->out, NULL);
		json_string(&p->out, "handle", handle);
		json_number(&p->out, "pgid", (long long)group->pid);
		if (!p->groups)
			put_members(&p->out, c, state);
		json_object_end(&p->out);
		return;
	}
	if (p->groups) {
		puts(handle);
		return;
	}
	printf("%s\t%ld\t%ld\t%s\t", handle, (long)c->info.pid,
	    (long)c->info.ppid, state_name(state));
	print_text(c->entry, c->len);
	putchar('\t');
	print_text(c->info.name, strlen(c->info.name));
	putchar('\n');
}
