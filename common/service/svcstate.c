#include "config.h"

#include <sys/types.h>

#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/dirfile.h"
#include "base/parse.h"
#include "base/svcname.h"
#include "service/svcstate.h"

#define LINE		DIRFILE_SIZE
#define LONGEST_NAME	200

static const char *const names[] = {
	[SVCSTATE_NONE] = "",
	[SVCSTATE_WAITING] = "waiting",
	[SVCSTATE_BLOCKED] = "blocked",
	[SVCSTATE_STARTING] = "starting",
	[SVCSTATE_RUNNING] = "running",
	[SVCSTATE_DELAYED] = "delayed",
	[SVCSTATE_STOPPING] = "stopping",
	[SVCSTATE_STOPPED] = "stopped",
	[SVCSTATE_ENDED] = "ended",
	[SVCSTATE_DONE] = "done",
	[SVCSTATE_FAILED] = "failed"
};

#define NSTATES	((int)(sizeof names / sizeof names[0]))

int
svcstate_may_have(const char *name)
{
	char folder[SVCNAME_SIZE];
	const char *rest = name + strspn(name, "-");

	if (rest[0] == '\0' && rest != name)
		return strlen(name) <= LONGEST_NAME;
	return strlen(name) <= LONGEST_NAME &&
	    svcname_encode(rest, folder) == 0 && strcmp(folder, rest) == 0;
}

const char *
svcstate_name(enum svcstate s)
{
	return names[s];
}

enum svcstate
svcstate_parse(const char *name)
{
	int i;

	for (i = SVCSTATE_WAITING; i < NSTATES; i++)
		if (strcmp(name, names[i]) == 0)
			return (enum svcstate)i;
	return SVCSTATE_NONE;
}

static void
parse_line(char *text, struct svcstate_line *line)
{
	char *restarts = strchr(text, ' '), *last;
	uint64_t n;

	if (restarts == NULL || (last = strchr(restarts + 1, ' ')) == NULL)
		return;
	*restarts++ = *last++ = '\0';
	if (parse_number(restarts, strlen(restarts), UINT_MAX, &n) == -1)
		return;
	line->restarts = (unsigned)n;
	if (parse_number(last, strlen(last), UCHAR_MAX, &n) == 0)
		line->last = (int)n;
	line->state = svcstate_parse(text);
}

void
svcstate_read(int dir, const char *name, struct svcstate_line *line)
{
	char text[LINE];
	ssize_t n;

	line->state = SVCSTATE_NONE;
	line->restarts = 0;
	line->last = -1;
	n = dirfile_read(dir, name, text, sizeof text);
	if (n == 0)
		line->state = SVCSTATE_WAITING;
	else if (n > 0)
		parse_line(text, line);
}

int
svcstate_write(int dir, const char *name, const struct svcstate_line *line)
{
	char text[LINE], last[16] = "-";

	if (line->last != -1)
		snprintf(last, sizeof last, "%d", line->last);
	snprintf(text, sizeof text, "%s %u %s", names[line->state],
	    line->restarts, last);
	return dirfile_write(dir, name, text);
}
