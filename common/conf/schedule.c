#include "config.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/parse.h"
#include "conf/schedule.h"
#include "base/signame.h"

#define LAST_WAIT	2000	/* ms after KILL */

void
schedule_default(struct schedule *s, int sig, long long grace)
{
	s->n = 0;
	if (grace != 0 && sig != SIGKILL) {
		s->step[s->n].sig = sig;
		s->step[s->n++].ms = grace;
	}
	s->step[s->n].sig = SIGKILL;
	s->step[s->n++].ms = LAST_WAIT;
}

static void
format_seconds(long long ms, char *buf, size_t size)
{
	char text[PARSE_SECONDS_TEXT];

	if (ms == SCHEDULE_NOWAIT)
		buf[0] = '\0';
	else
		snprintf(buf, size, "/%s", parse_seconds_text(ms, text));
}

char *
schedule_text(const struct schedule *s, char buf[SCHEDULE_TEXT])
{
	char sig[SIGNAME_TEXT], wait[PARSE_SECONDS_TEXT + 1];
	size_t i, len = 0;

	buf[0] = '\0';
	for (i = 0; i < s->n && i < 2; i++) {
		format_seconds(s->step[i].ms, wait, sizeof wait);
		snprintf(buf + len, SCHEDULE_TEXT - len, "%s%s%s",
		    i > 0 ? "/" : "", signame_text(s->step[i].sig, sig), wait);
		len = strlen(buf);
	}
	return buf;
}

int
schedule_parse(struct schedule *s, const char *text)
{
	const char *p = text;

	s->n = 0;
	for (;;) {
		struct schedule_step *step = &s->step[s->n];
		size_t len = strcspn(p, "/");

		if (s->n++ == SCHEDULE_MAX)
			return errno = EINVAL, -1;
		step->sig = signame_number(p, len);
		step->ms = SCHEDULE_NOWAIT;
		if (step->sig == -1)
			return -1;
		p += len;
		if (*p == '\0')
			return 0;
		len = strcspn(++p, "/");
		if (parse_seconds(p, len, &step->ms) == -1)
			return -1;
		p += len;
		if (*p++ == '\0')
			return 0;
	}
}
