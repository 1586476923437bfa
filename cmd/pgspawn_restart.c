#include "config.h"

#include <sys/types.h>

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "deadline.h"
#include "diag.h"
#include "exitcode.h"
#include "guard.h"
#include "parse.h"
#include "pgspawn_restart.h"
#include "pgspawn_service.h"
#include "signame.h"
#include "sigwake.h"

/* ms between looks at others, and at a process that no event tells of. */
#define FIRST_LOOK	5
#define LAST_LOOK	200
#define BLOCKED_LOOK	1000

struct restarter {
	struct options	*o;
	struct service	 service;
	int		 sigfd, stopfd;
	int		 keeper;	/* of -K, to poll for; or -1 */
	long long	 ready;		/* when it was, or -1 */
};

/* What made a pause end. */
enum pause { PAUSE_OVER, PAUSE_WANTED, PAUSE_ASKED };

/* What the command's end leads to. */
enum next { NEXT_END, NEXT_AGAIN, NEXT_DELAY, NEXT_REST };

/* Does a signal that came ask to end?  Nothing runs that it could be meant for. */
static int
is_asked(const struct restarter *r)
{
	int sig, asked = 0;

	while ((sig = sigwake_read(r->sigfd)) != 0)
		switch (sig) {
		case SIGHUP:
			asked |= !job_ignores_hangup(&r->o->job);
			break;
		case SIGINT:
		case SIGQUIT:
		case SIGTERM:
			asked = 1;
			break;
		case SIGTSTP:
		case SIGTTIN:
		case SIGTTOU:
			sigwake_stop(sig, getpid());
			break;
		}
	if (sigwake_stop_waits())
		sigwake_stop(SIGTSTP, getpid());
	return asked;
}

/* Wait so many milliseconds, or until somebody asks for something. */
static enum pause
pause_for(const struct restarter *r, long long ms)
{
	struct deadline until = deadline_in(ms);
	struct pollfd pfd[3] = {
		{ .fd = r->sigfd, .events = POLLIN },
		{ .fd = r->stopfd, .events = POLLIN },
		{ .fd = r->keeper, .events = POLLIN }
	};
	int timeout;

	for (;;) {
		if (is_asked(r) || pfd[2].revents != 0 ||
		    (r->keeper == -1 && !service_has_keeper(r->o)))
			return PAUSE_ASKED;
		if (service_wanted(&r->service) != SVCWISH_NOTHING)
			return PAUSE_WANTED;
		if (deadline_passed(&until))
			return PAUSE_OVER;
		timeout = deadline_poll(&until);
		if (r->keeper == -1 && r->o->job.keeper != NULL)
			timeout = deadline_sooner(timeout, LAST_LOOK);
		poll(pfd, 3, timeout);
	}
}

/* Nothing is to run.  Until when? */
static enum next
rest(struct restarter *r)
{
	while (pause_for(r, PARSE_FOREVER) != PAUSE_ASKED)
		switch (service_wanted(&r->service)) {
		case SVCWISH_STOP:
			service_tell(&r->service, SVCSTATE_STOPPED);
			service_obeyed(&r->service);
			break;
		case SVCWISH_START:
		case SVCWISH_RESTART:
			/* Others may have put something else there. */
			r->service.line.state = SVCSTATE_NONE;
			return NEXT_AGAIN;
		case SVCWISH_NOTHING:
			break;
		}
	return NEXT_END;
}

/* That it starts, or waits to, has been told. */
static void
obey_start(const struct restarter *r)
{
	if (service_wanted(&r->service) != SVCWISH_STOP)
		service_obeyed(&r->service);
}

/* Those before us come first. */
static enum next
await_others(struct restarter *r)
{
	enum svcstate as;
	long long look = FIRST_LOOK;

	if (service_wanted(&r->service) == SVCWISH_STOP)
		return NEXT_REST;
	as = service_await(&r->service);
	if (as != SVCSTATE_NONE)
		obey_start(r);
	for (; as != SVCSTATE_NONE; as = service_await(&r->service)) {
		switch (pause_for(r, as == SVCSTATE_BLOCKED ? BLOCKED_LOOK :
		    look)) {
		case PAUSE_ASKED:
			return NEXT_END;
		case PAUSE_WANTED:
			return NEXT_REST;
		case PAUSE_OVER:
			break;
		}
		look = look < LAST_LOOK / 2 ? look * 2 : LAST_LOOK;
	}
	if (is_asked(r))	/* which takes a CONT, too */
		return NEXT_END;
	return service_wanted(&r->service) == SVCWISH_STOP ? NEXT_REST :
	    NEXT_AGAIN;
}

/* TERM has come, or CONT, with which somebody may want something. */
static int
may_end(int sig, void *arg)
{
	const struct options *o = arg;
	struct service *s = &o->restarter->service;

	if (sig == SIGTERM)
		return service_may_end(s);
	switch (service_wanted(s)) {
	case SVCWISH_STOP:
	case SVCWISH_RESTART:
		service_tell(s, SVCSTATE_STOPPING);
		return 1;
	case SVCWISH_START:	/* it does run */
		service_obeyed(s);
		break;
	case SVCWISH_NOTHING:
		break;
	}
	return 0;
}

/* How it ended, and what comes of that. */
static void
report(const struct restarter *r, const struct supervise_end *end,
    const char *what)
{
	char sig[SIGNAME_TEXT];

	if (end->start == SUPERVISE_READY && end->code != CLD_EXITED &&
	    end->code != 0)
		diag_warnx("%s: killed by signal %s%s", r->o->name,
		    signame_text(end->status, sig), what);
	else
		diag_warnx("%s: exited with status %d%s", r->o->name,
		    r->service.line.last, what);
}

/* It ended of itself, and there is nothing that somebody wants. */
static enum next
judge(struct restarter *r, const struct supervise_end *end, long long *delay)
{
	static const enum svcstate state[] = {
		[RESTART_ENDED] = SVCSTATE_ENDED,
		[RESTART_DONE] = SVCSTATE_DONE,
		[RESTART_AGAIN] = SVCSTATE_DELAYED,
		[RESTART_FAILED] = SVCSTATE_FAILED
	};
	long long ran = r->ready != -1 ? deadline_now() - r->ready : 0;
	struct service *s = &r->service;
	enum restart_verdict verdict = restart_judge(&r->o->restart,
	    s->line.last, ran, delay);
	char what[64] = "";

	if (verdict == RESTART_AGAIN)
		snprintf(what, sizeof what, ", again in %lld s",
		    *delay / 1000);
	else if (verdict == RESTART_FAILED)
		snprintf(what, sizeof what, ", failed after %u tries",
		    r->o->restart.limit);
	if (what[0] != '\0' || r->o->state != -1)
		report(r, end, what);
	service_tell(s, state[verdict]);
	return verdict == RESTART_AGAIN ? NEXT_DELAY : NEXT_REST;
}

/* A signal that came while the command was run and was not for it is there. */
static int
listen_again(struct restarter *r)
{
	r->sigfd = sigwake_open_all(0);
	r->stopfd = sigwake_open_stop();
	return r->sigfd == -1 ? -1 : 0;
}

/* Run it.  What its end means is told, unless there is something else to do. */
static enum next
run_once(struct restarter *r, run_command *run, long long *delay)
{
	struct service *s = &r->service;
	struct supervise_end end;

	sigwake_hold();
	service_tell(s, SVCSTATE_STARTING);
	obey_start(r);
	r->ready = -1;
	memset(&end, 0, sizeof end);
	s->line.last = run(r->o, &end);
	if (listen_again(r) == -1 || end.asked)
		return NEXT_END;
	switch (service_wanted(s)) {
	case SVCWISH_STOP:
		service_tell(s, SVCSTATE_STOPPED);
		service_obeyed(s);
		return NEXT_REST;
	case SVCWISH_START:
	case SVCWISH_RESTART:
		r->o->restart.tries = 0;
		return NEXT_AGAIN;
	case SVCWISH_NOTHING:
		break;
	}
	if (!end.unread)
		return judge(r, &end, delay);
	service_tell(s, SVCSTATE_ENDED);
	return NEXT_REST;
}

static void
live(struct restarter *r, run_command *run)
{
	enum next next = NEXT_AGAIN;
	enum pause what;
	long long delay = 0;
	int first = 1;

	for (;;)
		switch (next) {
		case NEXT_AGAIN:
			r->service.line.restarts += !first;
			next = await_others(r);
			if (next != NEXT_AGAIN)
				break;
			next = run_once(r, run, &delay);
			first = 0;
			break;
		case NEXT_DELAY:
			what = pause_for(r, delay);
			next = what == PAUSE_OVER ? NEXT_AGAIN :
			    what == PAUSE_WANTED ? NEXT_REST : NEXT_END;
			break;
		case NEXT_REST:
			if (r->o->state == -1)
				return;
			next = rest(r);
			r->o->restart.tries = 0;
			break;
		case NEXT_END:
			service_tell(&r->service, SVCSTATE_STOPPED);
			return;
		}
}

int
restart_command(struct options *o, run_command *run)
{
	struct restarter r = { .o = o, .keeper = -1 };
	int status;

	o->restarter = &r;
	o->job.again = 1;
	if (o->state != -1)
		o->job.may_end = may_end;
	if (o->job.keeper != NULL &&
	    guard_watch(o->job.keeper, &r.keeper) == -1)
		diag_die(EXITCODE_OWN, "process %ld",
		    (long)o->job.keeper->pid);
	if (listen_again(&r) == -1 || service_open(&r.service, o) == -1)
		diag_die(EXITCODE_OWN, "%s", o->name);
	live(&r, run);
	status = r.service.line.last;
	service_close(&r.service);
	return status != -1 ? status : 128 + SIGTERM;
}

void
restart_ready(struct options *o)
{
	struct restarter *r = o->restarter;

	if (r == NULL)
		return;
	r->ready = deadline_now();
	service_tell(&r->service, SVCSTATE_RUNNING);
}
