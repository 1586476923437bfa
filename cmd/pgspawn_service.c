#include "config.h"

#include <sys/types.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "diag.h"
#include "fdio.h"
#include "guard.h"
#include "pgspawn_service.h"
#include "startorder.h"
#include "svcname.h"

#define BIT(state)	(1U << (state))

/* Who is in such a state may yet become ready, or has to be decided about. */
#define HOPEFUL	(BIT(SVCSTATE_WAITING) | BIT(SVCSTATE_BLOCKED) | \
	BIT(SVCSTATE_STARTING) | BIT(SVCSTATE_DELAYED) | \
	BIT(SVCSTATE_STOPPING) | BIT(SVCSTATE_ENDED))

/* And has processes. */
#define ALIVE	(BIT(SVCSTATE_STARTING) | BIT(SVCSTATE_RUNNING) | \
	BIT(SVCSTATE_STOPPING))

int
service_open(struct service *s, struct options *o)
{
	memset(s, 0, sizeof *s);
	s->o = o;
	s->line.last = -1;
	if (o->state == -1)
		return 0;
	svcstate_read(o->state, o->name, &s->line);
	s->line.restarts += s->line.last != -1;
	s->before = startorder_before(&o->procfile, o->service, &s->nbefore);
	s->behind = startorder_behind(&o->procfile, o->service, &s->nbehind);
	return s->before == NULL || s->behind == NULL ? -1 : 0;
}

void
service_close(struct service *s)
{
	free(s->before);
	free(s->behind);
}

void
service_tell(struct service *s, enum svcstate state)
{
	const struct options *o = s->o;
	char event[SVCNAME_SIZE + 32];
	int n;

	s->line.state = state;
	if (o->state == -1)
		return;
	if (svcstate_write(o->state, o->name, &s->line) == -1)
		diag_warn("%s: state", o->name);
	if (o->events == -1)
		return;
	n = snprintf(event, sizeof event, "%s %s\n", svcstate_name(state),
	    o->name);
	(void)fdio_write(o->events, event, (size_t)n);
}

/* The states that some services and their instances are in, a bit each. */
static unsigned
states_of(const struct service *s, const struct procfile_service **list,
    size_t n)
{
	char name[SVCNAME_SIZE];
	struct svcstate_line line;
	unsigned states = 0;
	size_t i, k;

	for (i = 0; i < n; i++) {
		snprintf(name, sizeof name, "%s", list[i]->name);
		k = 0;
		do {
			svcstate_read(s->o->state, name, &line);
			states |= BIT(line.state);
			snprintf(name, sizeof name, "%s.%zu", list[i]->name,
			    ++k);
		} while (k == 1 || line.state != SVCSTATE_NONE);
	}
	return states;
}

enum svcstate
service_await(struct service *s)
{
	unsigned states = states_of(s, s->before, s->nbefore);
	enum svcstate as = SVCSTATE_NONE;

	if (states & BIT(SVCSTATE_FAILED))
		as = SVCSTATE_BLOCKED;
	else if (states & HOPEFUL)
		as = SVCSTATE_WAITING;
	if (as != SVCSTATE_NONE && s->line.state != as)
		service_tell(s, as);
	return as;
}

int
service_has_keeper(const struct service *s)
{
	int ref, lives;

	if (s->o->job.keeper == NULL)
		return 1;
	lives = guard_watch(s->o->job.keeper, &ref) == 0;
	if (ref != -1)
		close(ref);
	return lives;
}

int
service_may_end(struct service *s)
{
	if (s->line.state != SVCSTATE_STOPPING)
		service_tell(s, SVCSTATE_STOPPING);
	return faccessat(s->o->state, ".stopping", F_OK, 0) == -1 ||
	    !(states_of(s, s->behind, s->nbehind) & ALIVE) ||
	    !service_has_keeper(s);
}

static void
want_file(const struct service *s, char name[SVCNAME_SIZE + 8])
{
	snprintf(name, SVCNAME_SIZE + 8, ".%s.want", s->o->name);
}

enum service_want
service_wanted(const struct service *s)
{
	static const char *const words[] = {
		[WANT_START] = "start\n",
		[WANT_STOP] = "stop\n",
		[WANT_RESTART] = "restart\n"
	};
	char file[SVCNAME_SIZE + 8], text[16] = "";
	enum service_want want;
	int fd;

	if (s->o->state == -1)
		return WANT_NOTHING;
	want_file(s, file);
	fd = openat(s->o->state, file, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return WANT_NOTHING;
	(void)fdio_read(fd, text, sizeof text - 1);
	close(fd);
	for (want = WANT_RESTART; want > WANT_NOTHING; want--)
		if (strcmp(text, words[want]) == 0)
			break;
	return want;
}

void
service_obeyed(const struct service *s)
{
	char file[SVCNAME_SIZE + 8];

	if (s->o->state == -1)
		return;
	want_file(s, file);
	(void)unlinkat(s->o->state, file, 0);
}
