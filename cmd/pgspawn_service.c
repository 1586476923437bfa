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
#include "svckeeper.h"
#include "svcname.h"

#define BIT(state)	(1U << (state))

/* Who is in such a state may yet become ready, or has to be decided about. */
#define HOPEFUL	(BIT(SVCSTATE_WAITING) | BIT(SVCSTATE_BLOCKED) | \
	BIT(SVCSTATE_STARTING) | BIT(SVCSTATE_DELAYED) | \
	BIT(SVCSTATE_STOPPING) | BIT(SVCSTATE_ENDED))

/* And has processes. */
#define ALIVE	(BIT(SVCSTATE_STARTING) | BIT(SVCSTATE_RUNNING) | \
	BIT(SVCSTATE_STOPPING))

/* Those that the service is after, or those that are after it. */
static const struct procfile_service **
list_services(const struct options *o, int is_before, size_t *n)
{
	const struct procfile *p = &o->procfile;
	const struct procfile_service **list = calloc(p->n, sizeof *list);
	size_t i, own = (size_t)(o->service - p->service);

	for (i = 0; list != NULL && i < p->n; i++)
		if (is_before ? startorder_need(&o->order, own, i) :
		    startorder_need(&o->order, i, own))
			list[(*n)++] = &p->service[i];
	return list;
}

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
	s->before = list_services(o, 1, &s->nbefore);
	s->behind = list_services(o, 0, &s->nbehind);
	if (s->before == NULL || s->behind == NULL)
		return -1;
	return svckeeper_enter(o->state, o->name);
}

void
service_close(struct service *s)
{
	if (s->o->state != -1)
		svckeeper_leave(s->o->state, s->o->name);
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
service_has_keeper(const struct options *o)
{
	int ref, lives;

	if (o->job.keeper == NULL)
		return 1;
	lives = guard_watch(o->job.keeper, &ref) == 0;
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
	    !service_has_keeper(s->o);
}

enum svcwish
service_wanted(const struct service *s)
{
	return s->o->state == -1 ? SVCWISH_NOTHING :
	    svcwish_read(s->o->state, s->o->name);
}

void
service_obeyed(const struct service *s)
{
	if (s->o->state != -1)
		svcwish_remove(s->o->state, s->o->name);
}
