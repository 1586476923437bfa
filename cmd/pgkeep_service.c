#include "config.h"

#include <sys/types.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/deadline.h"
#include "base/diag.h"
#include "base/dirfile.h"
#include "pgkeep_service.h"
#include "proc/procref.h"
#include "service/svckeeper.h"
#include "base/svcname.h"
#include "service/want.h"

#define BIT(state)	(1U << (state))

#define ENTER_TRIES	20
#define ENTER_LOOK	20	/* ms */
#define LAST_EVENT	10000	/* ms that the last event may wait for room */

/* A service in one of these states may still become ready. */
#define MAY_BE_READY	(BIT(SVCSTATE_NONE) | BIT(SVCSTATE_WAITING) | \
	BIT(SVCSTATE_BLOCKED) | BIT(SVCSTATE_STARTING) | \
	BIT(SVCSTATE_DELAYED) | BIT(SVCSTATE_STOPPING) | BIT(SVCSTATE_ENDED))

/* A service in one of these states has processes. */
#define ALIVE	(BIT(SVCSTATE_STARTING) | BIT(SVCSTATE_RUNNING) | \
	BIT(SVCSTATE_STOPPING))

/* These states follow an end of the command; the event has its exit status. */
#define AFTER_END	(BIT(SVCSTATE_DELAYED) | BIT(SVCSTATE_STOPPED) | \
	BIT(SVCSTATE_ENDED) | BIT(SVCSTATE_DONE) | BIT(SVCSTATE_FAILED))

/* A keeper that has published its last state leaves soon: try for a while. */
static void
enter(const struct options *o, struct svckeeper *k)
{
	struct handle other;
	int tries = 0;

	while (svckeeper_enter(o->dir, o->name, k) == -1) {
		if (errno == EWOULDBLOCK && tries++ < ENTER_TRIES) {
			poll(NULL, 0, ENTER_LOOK);
			continue;
		}
		if (errno == EWOULDBLOCK &&
		    svckeeper_read(o->dir, o->name, &other) == 0)
			diag_diex(STATUS_OWN, "%s: process %ld keeps it "
			    "already", o->name, (long)other.pid);
		diag_diex(STATUS_OWN, "%s: the file of its keeper: %s",
		    o->name, dirfile_reason(errno));
	}
}

void
service_open(struct service *s, const struct options *o)
{
	memset(s, 0, sizeof *s);
	s->o = o;
	enter(o, &s->keeper);
	eventline_open(&s->events, o->events);
	svcstate_read(o->dir, o->name, &s->line);
	s->line.restarts += s->line.last != -1;
	s->line.state = SVCSTATE_NONE;
}

void
service_close(struct service *s)
{
	struct deadline until = deadline_in(LAST_EVENT);
	struct pollfd pfd = { .fd = s->events.fd, .events = POLLOUT };

	want_remove_stale(s->o->dir, s->o->name);
	svckeeper_leave(s->o->dir, s->o->name, &s->keeper);
	while (s->unwritten && !deadline_passed(&until)) {
		poll(&pfd, 1, deadline_poll(&until));
		service_retry(s);
	}
}

void
service_retry(struct service *s)
{
	char event[SVCNAME_SIZE + 48], last[16] = "";
	int n;

	if (!s->unwritten)
		return;
	if ((BIT(s->line.state) & AFTER_END) && s->line.last != -1)
		snprintf(last, sizeof last, " %d", s->line.last);
	n = snprintf(event, sizeof event, "%s %s%s\n",
	    svcstate_name(s->line.state), s->o->name, last);
	s->unwritten = eventline_write(&s->events, event, (size_t)n) == 0;
}

void
service_publish(struct service *s, enum svcstate state)
{
	s->line.state = state;
	if (svcstate_write(s->o->dir, s->o->name, &s->line) == 0)
		s->complained = 0;
	else if (!s->complained) {
		s->complained = 1;
		diag_warnx("%s: its state cannot be written: %s", s->o->name,
		    dirfile_reason(errno));
	}
	s->unwritten = s->events.fd != -1;
	service_retry(s);
}

/* 1: the keeper lives or is just starting; 0: it is dead; -1: there is none. */
static int
has_keeper(int dir, const char *name)
{
	struct handle id;

	if (svckeeper_read(dir, name, &id) == -1)
		return errno == EAGAIN ? 1 : -1;
	return procref_alive(&id);
}

/*
 * The state of another service, of -A: must ours wait for it
 * (SVCSTATE_WAITING), is ours blocked (SVCSTATE_BLOCKED), or is it ready
 * (SVCSTATE_NONE)?
 */
static enum svcstate
judge_ready(int dir, const char *name, enum svcstate state)
{
	if (state == SVCSTATE_FAILED)
		return SVCSTATE_BLOCKED;
	if (BIT(state) & MAY_BE_READY)
		return SVCSTATE_WAITING;
	/* It is about to stop, or its keeper was killed. */
	if (state == SVCSTATE_RUNNING && (want_will_stop(dir, name) ||
	    has_keeper(dir, name) == 0))
		return SVCSTATE_WAITING;
	return SVCSTATE_NONE;
}

/*
 * The same for NAME:done.  A stopped service without a keeper is not going to
 * run, so ours does not wait for it.
 */
static enum svcstate
judge_done(int dir, const char *name, enum svcstate state)
{
	if (state == SVCSTATE_DONE)
		return SVCSTATE_NONE;
	if (state == SVCSTATE_FAILED || state == SVCSTATE_ENDED)
		return SVCSTATE_BLOCKED;
	if (state == SVCSTATE_STOPPED && has_keeper(dir, name) == -1)
		return SVCSTATE_NONE;
	return SVCSTATE_WAITING;
}

/* SVCSTATE_WAITING if a service of -B has processes. */
static enum svcstate
judge_alive(int dir, const char *name, enum svcstate state)
{
	return (BIT(state) & ALIVE) && has_keeper(dir, name) != 0 ?
	    SVCSTATE_WAITING : SVCSTATE_NONE;
}

typedef enum svcstate	judge_state(int dir, const char *name, enum svcstate);

/*
 * The verdicts on a service and its instances NAME.1, NAME.2 ..., a bit each.
 * If there are instances, a NAME without a state does not count.
 */
static unsigned
judge_one(int dir, const char *name, judge_state *judge)
{
	struct svcstate_line line;
	char instance[SVCNAME_SIZE + 16];
	unsigned verdicts = 0, k, n = 0;

	for (k = 0; k < 2 || n == k - 1; k++) {
		if (k == 0)
			snprintf(instance, sizeof instance, "%s", name);
		else
			snprintf(instance, sizeof instance, "%s.%u", name, k);
		svcstate_read(dir, instance, &line);
		if (line.state == SVCSTATE_NONE)
			continue;
		n = k;
		verdicts |= BIT(judge(dir, instance, line.state));
	}
	return verdicts != 0 ? verdicts : BIT(judge(dir, name, SVCSTATE_NONE));
}

/* The verdicts on all services of a list. */
static unsigned
judge_list(int dir, const char *list, judge_state *judge)
{
	unsigned verdicts = 0;
	char name[SVCNAME_SIZE];
	size_t n;

	for (; *list != '\0'; list += n + (list[n] == ',')) {
		judge_state *how = judge;
		char *mark;

		n = strcspn(list, ",");
		snprintf(name, sizeof name, "%.*s", (int)n, list);
		mark = strchr(name, ':');
		if (mark != NULL) {
			*mark = '\0';
			how = judge_done;
		}
		verdicts |= judge_one(dir, name, how);
	}
	return verdicts;
}

enum svcstate
service_await(struct service *s)
{
	unsigned verdicts = judge_list(s->o->dir, s->o->after, judge_ready);
	enum svcstate as = SVCSTATE_NONE;

	if (verdicts & BIT(SVCSTATE_BLOCKED))
		as = SVCSTATE_BLOCKED;
	else if (verdicts & BIT(SVCSTATE_WAITING))
		as = SVCSTATE_WAITING;
	if (as != SVCSTATE_NONE && s->line.state != as)
		service_publish(s, as);
	return as;
}

/*
 * Does a living process end all services (.stopping is a link to its handle),
 * or has the user made .stopping as a file?
 */
static int
all_are_stopping(int dir)
{
	char handle[HANDLE_TEXT];
	struct handle id;
	ssize_t n;

	n = readlinkat(dir, ".stopping", handle, sizeof handle - 1);
	if (n == -1)
		return errno == EINVAL;
	handle[n] = '\0';
	return handle_parse(&id, handle) == 0 && procref_alive(&id);
}

int
service_must_linger(const struct service *s)
{
	return s->o->before[0] != '\0' && all_are_stopping(s->o->dir) &&
	    (judge_list(s->o->dir, s->o->before, judge_alive) &
	    BIT(SVCSTATE_WAITING));
}
