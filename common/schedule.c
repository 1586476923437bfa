#include "config.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

#include "parse.h"
#include "schedule.h"
#include "signame.h"

#define LAST_WAIT	2000	/* ms for KILL to do its work */

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
