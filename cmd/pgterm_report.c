#include "config.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/diag.h"
#include "pgterm_report.h"
#include "proc/proctable.h"
#include "base/parse.h"
#include "base/signame.h"
#include "base/vis.h"

#ifndef PIPE_BUF
#define PIPE_BUF	512	/* what POSIX promises */
#endif

int
report_open(struct report *r, const struct options *o, const struct shutdown *e)
{
	memset(r, 0, sizeof *r);
	r->o = o;
	r->told = calloc(e->n + 1, 1);
	return r->told == NULL ? -1 : 0;
}

void
report_close(struct report *r)
{
	free(r->told);
	free(r->text);
	memset(r, 0, sizeof *r);
}

/* Without memory the line is lost. */
static void
put(struct report *r, const char *text, size_t len)
{
	if (r->n + len > r->size) {
		size_t size = (r->n + len) * 2;
		char *p = realloc(r->text, size);

		if (p == NULL)
			return;
		r->text = p;
		r->size = size;
	}
	memcpy(r->text + r->n, text, len);
	r->n += len;
}

static void
say(struct report *r, const char *fmt, ...)
{
	char text[256];
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	if (len > 0)
		put(r, text, (size_t)len);
}

/* The length of the next write: whole lines, at most PIPE_BUF if one fits. */
static size_t
piece(const struct report *r)
{
	size_t n = r->n < PIPE_BUF ? r->n : PIPE_BUF;

	while (n > 0 && r->text[n - 1] != '\n')
		n--;
	return n > 0 ? n : r->n < PIPE_BUF ? r->n : PIPE_BUF;
}

void
report_poll(const struct report *r, struct pollfd *pfd)
{
	pfd->fd = r->n > 0 ? STDOUT_FILENO : -1;
	pfd->events = POLLOUT;
	pfd->revents = 0;
}

/* A pipe that poll(2) calls writable takes PIPE_BUF bytes without blocking. */
void
report_step(struct report *r)
{
	struct pollfd pfd;

	for (;;) {
		ssize_t n;

		report_poll(r, &pfd);
		if (r->failed != 0)
			r->n = 0;
		if (r->n == 0 || poll(&pfd, 1, 0) <= 0)
			return;
		n = write(STDOUT_FILENO, r->text, piece(r));
		if (n == -1) {
			if (errno == EINTR || errno == EAGAIN)
				return;
			r->failed = errno;
			continue;
		}
		r->n -= (size_t)n;
		memmove(r->text, r->text + n, r->n);
	}
}

void
report_finish(struct report *r, int sigfd)
{
	struct pollfd pfd[2] = { { .fd = sigfd, .events = POLLIN } };

	for (report_step(r); r->n > 0; report_step(r)) {
		report_poll(r, &pfd[1]);
		if (poll(pfd, 2, -1) > 0 && pfd[0].revents != 0)
			return;
	}
}

static const char *
word_of(enum shutdown_state state)
{
	switch (state) {
	case SHUTDOWN_GONE:
		return "gone";
	case SHUTDOWN_ENDED:
		return "ended";
	case SHUTDOWN_KILLED:
		return "killed";
	case SHUTDOWN_SENT:
		return "sent";
	case SHUTDOWN_DENIED:
		return "denied";
	case SHUTDOWN_UNVERIFIED:
		return "unverified";
	default:
		return "alive";
	}
}

/* Print text; a byte that a terminal would obey as \xNN. */
static void
say_text(struct report *r, const char *p)
{
	size_t n;

	for (;;) {
		n = vis_span(p, strlen(p));
		put(r, p, n);
		p += n;
		if (*p == '\0')
			return;
		say(r, "\\x%02x", (unsigned char)*p++);
	}
}

static void
say_name(struct report *r, const struct shutdown *e, size_t i)
{
	char handle[HANDLE_TEXT];

	if (i == e->ngroups)
		say_text(r, r->o->cgroup);
	else
		say(r, "%s", handle_format(&e->target[i].group.id, 0, handle));
}

void
report_ends(struct report *r, const struct shutdown *e)
{
	char sig[SIGNAME_TEXT];
	size_t i;

	for (i = 0; i < e->n; i++) {
		const struct shutdown_target *t = &e->target[i];

		if (r->told[i] || t->state == SHUTDOWN_OPEN)
			continue;
		r->told[i] = 1;
		say_name(r, e, i);
		say(r, "\t%s\t%s\t%lld.%03lld\n", word_of(t->state),
		    t->sent == 0 ? "-" : signame_text(t->sent, sig),
		    t->ms / 1000, t->ms % 1000);
	}
}

static void
say_seconds(struct report *r, long long ms)
{
	if (ms == PARSE_FOREVER)
		say(r, "/forever");
	else if (ms > 0 && ms % 1000 != 0)
		say(r, "/%lld.%03lld", ms / 1000, ms % 1000);
	else if (ms != SCHEDULE_NOWAIT)
		say(r, "/%lld", ms / 1000);
}

/* Say which process has a port, in a line that pgterm takes for a comment. */
static void
say_owner(struct report *r, const struct port_owner *owner)
{
	struct procinfo info;

	if (owner->id.pid == 0)
		return;
	say(r, "# :%d/%s %ld ", owner->port, owner->udp ? "udp" : "tcp",
	    (long)owner->id.pid);
	say_text(r, proctable_info(owner->id.pid, &info) == 0 ? info.name :
	    "?");
	put(r, "\n", 1);
}

void
report_plan(struct report *r, const struct shutdown *e)
{
	const struct schedule *s = &e->options.schedule;
	char sig[SIGNAME_TEXT];
	size_t i, k;

	for (i = 0; i < r->o->ports.n; i++)
		say_owner(r, &r->o->ports.v[i]);
	for (i = 0; i < e->n; i++) {
		const struct shutdown_target *t = &e->target[i];

		say_name(r, e, i);
		say(r, "\t%s", t->state == SHUTDOWN_OPEN ? "" :
		    word_of(t->state));
		for (k = 0; t->state == SHUTDOWN_OPEN && k < s->n; k++) {
			say(r, "%s%s", k > 0 ? "/" : "",
			    s->step[k].sig == 0 ? "0" :
			    signame_text(s->step[k].sig, sig));
			say_seconds(r, s->step[k].ms);
		}
		put(r, "\n", 1);
	}
}

void
report_gone(struct report *r)
{
	const char *rest = r->o->dry ? "" : "\t-\t0.000";
	char handle[HANDLE_TEXT];
	size_t i;

	for (i = 0; i < r->o->lost.n; i++)
		say(r, "%s\tgone%s\n",
		    handle_format(&r->o->lost.v[i], 0, handle), rest);
	for (i = 0; i < r->o->ports.n; i++)
		if (r->o->ports.v[i].id.pid == 0)
			say(r, ":%d\tgone%s\n", r->o->ports.v[i].port, rest);
	if (r->o->cgroup != NULL && r->o->end.cgroup == NULL) {
		say_text(r, r->o->cgroup);
		say(r, "\tgone%s\n", rest);
	}
}

static const char *
reason_of(enum shutdown_state state, int *status)
{
	*status = STATUS_DENIED;
	switch (state) {
	case SHUTDOWN_ALIVE:
		*status = STATUS_ALIVE;
		return "still alive";
	case SHUTDOWN_DENIED:
		return "still alive: Operation not permitted";
	case SHUTDOWN_UNVERIFIED:
		return "cannot be verified, not signalled";
	default:
		*status = STATUS_GONE;
		return NULL;
	}
}

int
report_status(const struct report *r, const struct shutdown *e)
{
	int status, worst = STATUS_GONE;
	char gone[HANDLE_TEXT];
	size_t i;

	if (e->n == 0 && r->o->lost.n == 1 && !r->o->quiet)
		diag_hint("process %s: was gone already", handle_format(
		    &r->o->lost.v[0], 0, gone));
	for (i = 0; i < e->n; i++) {
		const struct shutdown_target *t = &e->target[i];
		const char *reason = reason_of(t->state, &status);
		char handle[HANDLE_TEXT];

		if (status > worst)
			worst = status;
		if (t->state == SHUTDOWN_GONE && e->n == 1 && !r->o->quiet)
			diag_hint("%s: was gone already", handle_format(
			    &t->group.id, 0, handle));
		if (reason == NULL || r->o->quiet)
			continue;
		if (i == e->ngroups)
			diag_warnx("cgroup %s: %s", r->o->cgroup, reason);
		else
			diag_warnx("%s: %s", handle_format(&t->group.id, 0,
			    handle), reason);
	}
	return worst;
}
