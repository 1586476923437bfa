/*
 * early: the text that a command writes into its ready pipe for pgkeep: any
 * text, or the line of a pgspawn.  The command is ready with the first
 * newline.  A line in the form of pgspawn is understood; no other text becomes
 * a group or options of pgterm.
 */
#include "config.h"

#include "../../cmd/pgkeep_runner.c"

#include <sys/types.h>

#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>

#include "bytes.h"
#include "drive.h"

/* Write pieces of so many bytes; each of them is one read. */
static void
feed(struct runner *r, const uint8_t *data, size_t size, size_t piece)
{
	size_t some;
	int p[2];

	if (pipe(p) == -1)
		exit(125);
	runner_open(r, p[0]);
	for (; size > 0; size -= some, data += some) {
		some = size < piece ? size : piece;
		if (write(p[1], data, some) != (ssize_t)some)
			exit(125);
		runner_read(r);
		if (r->n >= sizeof r->line)
			WRONG("longer than its room");
	}
	if (r->fd == -1)
		WRONG("closed before its end");
	close(p[1]);
	runner_read(r);
	if (r->fd != -1)
		WRONG("not closed at its end");
}

static void
try_group(const struct runner *r)
{
	struct schedule schedule;

	if (!r->has_group)
		return;
	if (r->group.pid <= 1 || r->group.kind == HANDLE_BARE)
		WRONG("no group");
	if (r->flags[0] != '-' || strspn(r->flags + 1, "alS") !=
	    strlen(r->flags + 1))
		WRONG("another option of pgterm");
	if (schedule_parse(&schedule, r->schedule) == -1)
		WRONG("no schedule");
}

static void
try_any(const uint8_t *data, size_t size, size_t piece)
{
	struct runner r;

	feed(&r, data, size, piece);
	if (r.ready != (size > 0 && memchr(data, '\n', size) != NULL))
		WRONG("it is ready, or not");
	try_group(&r);
}

/* A line as pgspawn_owner.c writes it, made from the input. */
static void
try_pgspawn(const uint8_t *data, size_t size)
{
	struct handle id = { 2, HANDLE_KEYED, 0 };
	char line[256], handle[HANDLE_TEXT], steps[SCHEDULE_TEXT];
	struct schedule schedule;
	struct runner r;
	uint8_t how = bytes_take(&data, &size);
	int sig = bytes_take(&data, &size) % 31 + 1;
	const char *flags[] = { "-", "-a", "-l", "-al" };

	id.pid += bytes_take(&data, &size);
	for (; size > 0; size--)
		id.key = id.key * 10 + *data++ % 10;
	if (how > 200)
		id.kind = HANDLE_KEYLESS;
	schedule_default(&schedule, sig, how * 100 - (how > 250 ? how * 100 +
	    1 : 0));
	snprintf(line, sizeof line, "%s\t%s\t%s",
	    handle_format(&id, 0, handle), flags[how % 4],
	    schedule_text(&schedule, steps));
	feed(&r, (const uint8_t *)line, strlen(line), sizeof line);
	if (r.ready || !r.has_group || r.group.pid != id.pid ||
	    r.group.kind != id.kind ||
	    (id.kind == HANDLE_KEYED && r.group.key != id.key))
		WRONG("another group");
	if (strcmp(r.flags, flags[how % 4]) != 0 ||
	    strcmp(r.schedule, steps) != 0)
		WRONG("another way to end it");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t piece = 1U + bytes_take(&data, &size);

	try_any(data, size, piece);
	try_pgspawn(data, size);
	return 0;
}
