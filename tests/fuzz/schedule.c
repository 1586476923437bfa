/*
 * schedule: the signals that end a group, with the waits between them.  An
 * accepted schedule has a known signal and a duration in each place, as the
 * text has between its slashes.  The first two steps are the same after they
 * were written and parsed again.
 */
#include "config.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/parse.h"
#include "base/signame.h"
#include "conf/schedule.h"

#include "bytes.h"
#include "drive.h"

/* Cut at each slash: signals and durations take turns. */
static int
plain_schedule(const char *s, struct schedule *c)
{
	size_t word = 0, n;

	for (c->n = 0;; s += n + 1, word++) {
		struct schedule_step *step = &c->step[word / 2];

		n = strcspn(s, "/");
		if (word / 2 == SCHEDULE_MAX)
			return 0;
		if (word % 2 == 0) {
			c->n++;
			step->ms = SCHEDULE_NOWAIT;
			step->sig = signame_number(s, n);
			if (step->sig == -1)
				return 0;
		} else if (parse_seconds(s, n, &step->ms) == -1)
			return 0;
		if (s[n] == '\0')
			return 1;
	}
}

static void
compare(const struct schedule *a, const struct schedule *b, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (a->step[i].sig != b->step[i].sig ||
		    a->step[i].ms != b->step[i].ms)
			WRONG("another step");
}

static void
try_again(const struct schedule *c)
{
	size_t n = c->n < 2 ? c->n : 2;
	struct schedule again;
	char text[SCHEDULE_TEXT];

	schedule_text(c, text);
	if (memchr(text, '\0', sizeof text) == NULL ||
	    strlen(text) == sizeof text - 1)
		WRONG("a text that was cut");
	if (schedule_parse(&again, text) == -1 || again.n != n)
		WRONG("it is not read as it is written");
	compare(c, &again, n);
}

static void
try_default(const struct schedule *c)
{
	long long grace = c->step[0].ms == SCHEDULE_NOWAIT ? 0 :
	    c->step[0].ms;
	struct schedule made;

	schedule_default(&made, c->step[0].sig, grace);
	if (made.n != (grace == 0 || c->step[0].sig == SIGKILL ? 1 : 2) ||
	    made.step[made.n - 1].sig != SIGKILL)
		WRONG("a default that does not end");
	try_again(&made);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *s = bytes_text(data, size);
	struct schedule c, plain;
	int good = plain_schedule(s, &plain);

	if ((schedule_parse(&c, s) == 0) != good)
		WRONG("a schedule, or none");
	if (!good && errno != EINVAL)
		WRONG("another error");
	if (good) {
		if (c.n != plain.n)
			WRONG("other steps");
		compare(&c, &plain, c.n);
		try_again(&c);
		try_default(&c);
	}
	free(s);
	return 0;
}
