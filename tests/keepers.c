/*
 * keepers [part]
 *
 * Checks pgkeep_keeper.c against calls that are made up; see check.h. What it
 * signals, prints and publishes is written down.
 */
#include "config.h"

#include <sys/types.h>
#include <sys/wait.h>

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define service_publish		fake_publish
#define want_answer		fake_answer
#define child_start		fake_child
#define runner_open		fake_runner_open
#define runner_close		fake_runner_close
#define runner_read		fake_runner_read
#define runner_leaves_members	fake_members
#define runner_end_group	fake_end_group
#define restart_decide		fake_decide
#define diag_warn		fake_warn
#define diag_warnx		fake_warnx
#define deadline_now		fake_now
#define fdio_pipe		fake_pipe
#define kill			fake_kill
#define waitpid			fake_waitpid

int	fake_kill(pid_t, int);
pid_t	fake_waitpid(pid_t, int *, int);

#include "../cmd/pgkeep_keeper.c"

#undef deadline_now

#include "calls.h"
#include "check.h"
#include "openfiles.h"

#define CHILD	77

static long long	now;
static int	members, start_error, start_found, pipe_error, ready_at_end;
static int	wait_status;
static pid_t	waited;
static enum restart_verdict	decision;
static int	decided_last;
static long long	decided_ran;
static struct options	options;
static struct keeper	k;

void
fake_publish(struct service *s, enum svcstate state)
{
	s->line.state = state;
	note("%s;", svcstate_name(state));
}

int
fake_answer(int dir, const char *name, const struct want *w,
    const char *result)
{
	note("answer %d %s %d %s;", dir, name, (int)w->word, result);
	return 0;
}

pid_t
fake_child(const struct child *c, int *found)
{
	note("start %s %s %d %d;", c->argv[0], c->entry, c->fd != -1, c->as);
	CHECK(c->signals == &k.signals, "signals");
	*found = start_found;
	return start_error == 0 ? CHILD : (errno = start_error, -1);
}

void
fake_runner_open(struct runner *r, int fd)
{
	memset(r, 0, sizeof *r);
	r->fd = fd;
}

void
fake_runner_close(struct runner *r)
{
	if (r->fd != -1)
		close(r->fd);
	r->fd = -1;
	note("close;");
}

void
fake_runner_read(struct runner *r)
{
	r->ready |= ready_at_end;
	note("read;");
}

int
fake_members(const struct runner *r)
{
	(void)r;
	return members;
}

void
fake_end_group(const struct runner *r, const char *self,
    const struct child_signals *signals)
{
	(void)r;
	CHECK(signals == &k.signals, "signals");
	note("end %s;", self);
}

enum restart_verdict
fake_decide(struct restart *r, int status, long long ran, long long *delay)
{
	CHECK(r == &options.restart, "restart");
	decided_last = status;
	decided_ran = ran;
	*delay = 3000;
	return decision;
}

void
fake_warn(const char *format, ...)
{
	va_list ap;

	note("[");
	va_start(ap, format);
	vnote(format, ap);
	va_end(ap);
	note(": %d]", errno);
}

void
fake_warnx(const char *format, ...)
{
	va_list ap;

	note("[");
	va_start(ap, format);
	vnote(format, ap);
	va_end(ap);
	note("]");
}

long long
fake_now(void)
{
	return now;
}

int
fake_pipe(int p[2])
{
	if (pipe_error != 0)
		return errno = pipe_error, -1;
	return pipe(p);
}

int
fake_kill(pid_t pid, int sig)
{
	note("kill %d %d;", (int)pid, sig);
	return 0;
}

pid_t
fake_waitpid(pid_t pid, int *status, int flags)
{
	CHECK(pid == CHILD && flags == WNOHANG, "waitpid");
	*status = wait_status;
	return waited;
}

static void
begin(enum svcstate state)
{
	static char command[] = "command", *argv[] = { command, NULL };

	memset(&k, 0, sizeof k);
	memset(&options, 0, sizeof options);
	options.dir = 5;
	options.name = "web";
	options.self = "pgkeep";
	options.argv = argv;
	options.ready = -1;
	options.restart.limit = 4;
	options.restart.tries = 2;
	k.o = &options;
	k.service.line.state = state;
	k.runner.fd = -1;
	k.ready = -1;
	snprintf(k.entry, sizeof k.entry, "PGKEEP_ID=1:1");
	members = start_error = start_found = pipe_error = ready_at_end = 0;
	decided_last = -1;
	decided_ran = -1;
	decision = RESTART_ENDED;
	now = 5000;
	done[0] = '\0';
}

/* --- wants ------------------------------------------------------------------- */

static void
test_answer(void)
{
	static const enum svcstate states[] = {
		SVCSTATE_WAITING, SVCSTATE_BLOCKED, SVCSTATE_STARTING,
		SVCSTATE_RUNNING, SVCSTATE_DELAYED, SVCSTATE_STOPPING,
		SVCSTATE_STOPPED, SVCSTATE_ENDED, SVCSTATE_DONE,
		SVCSTATE_FAILED
	};
	static const char stops[] = "0000001111", starts[] = "0101101111";
	size_t i;

	for (i = 0; i < COUNT(states); i++) {
		begin(states[i]);
		k.want.word = WANT_NOTHING;
		keeper_answer(&k);
		CHECK(done[0] == '\0', "nothing");
		k.want.word = WANT_STOP;
		keeper_answer(&k);
		CHECK((done[0] != '\0') == (stops[i] == '1'), "stop");
		CHECK((k.want.word == WANT_NOTHING) == (stops[i] == '1'),
		    "stop is over");
		done[0] = '\0';
		k.want.word = WANT_START;
		keeper_answer(&k);
		CHECK((done[0] != '\0') == (starts[i] == '1'), "start");
		done[0] = '\0';
		k.want.word = WANT_RESTART;
		keeper_answer(&k);
		CHECK((done[0] != '\0') == (starts[i] == '1'), "restart");
	}
	begin(SVCSTATE_STOPPING);
	k.want.word = WANT_STOP;
	keeper_publish(&k, SVCSTATE_STOPPED);
	CHECK(strncmp(done, "stopped;answer 5 web ", 21) == 0, done);
}

/* --- phases and signals -------------------------------------------------------- */

static void
test_enter(void)
{
	begin(SVCSTATE_RUNNING);
	k.delay = 100000;
	k.has_run = 1;
	keeper_enter(&k, DELAYED);
	CHECK(k.phase == DELAYED && !deadline_passed(&k.due) &&
	    k.look == FIRST_LOOK && k.service.line.restarts == 0 && k.has_run,
	    "delayed");
	keeper_enter(&k, WAITING);
	CHECK(k.phase == WAITING && k.service.line.restarts == 1 && !k.has_run,
	    "waiting");
	keeper_enter(&k, WAITING);
	CHECK(k.service.line.restarts == 1, "not started meanwhile");
}

static void
test_end_child(void)
{
	begin(SVCSTATE_RUNNING);
	keeper_end_child(&k);
	CHECK(is_done(""), "no child");
	k.child = CHILD;
	k.has_ended = 1;
	keeper_end_child(&k);
	CHECK(is_done("") && !k.term_sent, "it has ended");
	k.has_ended = 0;
	keeper_end_child(&k);
	CHECK(is_done("kill 77 15;kill 77 18;") && k.term_sent, "term");
	keeper_end_child(&k);
	CHECK(is_done("kill 77 18;"), "term once");
	k.term_sent = 0;
	keeper_stop_child(&k, GOAL_REST);
	CHECK(is_done("stopping;kill 77 15;kill 77 18;") &&
	    k.goal == GOAL_REST, "stop");
	keeper_stop_child(&k, GOAL_START);
	CHECK(is_done("kill 77 18;") && k.goal == GOAL_START, "stop again");
}

/* --- the start ----------------------------------------------------------------- */

static void
test_start(void)
{
	int before = open_files();

	begin(SVCSTATE_WAITING);
	k.goal = GOAL_REST;
	k.term_sent = k.interrupt = k.has_ended = 1;
	keeper_start(&k);
	CHECK(is_done("starting;start command PGKEEP_ID=1:1 0 -1;running;") &&
	    k.goal == GOAL_JUDGE && !k.term_sent && !k.interrupt &&
	    !k.has_ended && k.has_run && k.phase == ALIVE &&
	    k.child == CHILD && k.ready == 5000, "start");
	begin(SVCSTATE_WAITING);
	options.ready = 8;
	k.ready = 4000;		/* the run before was ready */
	keeper_start(&k);
	CHECK(is_done("starting;start command PGKEEP_ID=1:1 1 8;") &&
	    k.ready == -1 && k.runner.fd != -1, "with a pipe");
	CHECK(open_files() == before + 1, "one end is open");
	keeper_be_ready(&k);
	CHECK(is_done("running;") && k.ready == 5000, "ready");
	keeper_publish(&k, SVCSTATE_STOPPING);
	keeper_be_ready(&k);
	CHECK(is_done("stopping;"), "ready too late");
	fake_runner_close(&k.runner);
	CHECK(open_files() == before, "a descriptor is left open");
	begin(SVCSTATE_WAITING);
	options.ready = 8;
	pipe_error = EMFILE;
	keeper_start(&k);
	CHECK(strncmp(done, "starting;[web: ready pipe: ", 27) == 0 &&
	    k.child == CHILD, done);
}

static void
test_start_failed(void)
{
	begin(SVCSTATE_WAITING);
	start_error = ENOENT;
	keeper_start(&k);
	CHECK(strstr(done, "[command: not found in PATH]") != NULL && k.child == 0 &&
	    k.has_ended && k.how.si_code == CLD_EXITED &&
	    k.how.si_status == 127, done);
	begin(SVCSTATE_WAITING);
	start_error = ENOENT;
	start_found = 1;
	keeper_start(&k);
	CHECK(strstr(done, "[command: interpreter: No such file or directory]") != NULL &&
	    k.how.si_status == 126, done);
	begin(SVCSTATE_WAITING);
	start_error = EACCES;
	keeper_start(&k);
	CHECK(strstr(done, "[command: Permission denied]") != NULL && k.how.si_status == 126,
	    done);
}

static void
test_alone(void)
{
	begin(SVCSTATE_DELAYED);
	CHECK(keeper_is_alone(&k) == 1 && is_done(""), "alone");
	members = 1;
	k.runner.group.pid = 42;
	k.runner.group.kind = HANDLE_KEYED;
	k.runner.group.key = 9;
	CHECK(keeper_is_alone(&k) == 0 && k.phase == RESTING &&
	    is_done("[web: not started again, as processes of 42:9 are left]"
	    "failed;"), "members are left");
}

/* --- the end ------------------------------------------------------------------- */

/* The command has ended. */
static void
ended(int code, int status)
{
	k.child = CHILD;
	k.has_ended = 1;
	k.how.si_code = code;
	k.how.si_status = status;
}

static void
test_policy(void)
{
	static const struct {
		enum restart_verdict	verdict;
		enum phase		phase;
		const char		*done;
	} table[] = {
		{ RESTART_ENDED, RESTING, "read;close;"
		    "[web: exited with status 3]ended;" },
		{ RESTART_DONE, RESTING, "read;close;"
		    "[web: exited with status 3]done;" },
		{ RESTART_AGAIN, DELAYED, "read;close;"
		    "[web: exited with status 3, again in 3 s]delayed;" },
		{ RESTART_FAILED, RESTING, "read;close;"
		    "[web: exited with status 3, failed after 4 tries]failed;" }
	};
	size_t i;

	for (i = 0; i < COUNT(table); i++) {
		begin(SVCSTATE_RUNNING);
		decision = table[i].verdict;
		ended(CLD_EXITED, 3);
		k.ready = 4000;
		keeper_after_end(&k);
		CHECK(is_done(table[i].done) && k.phase == table[i].phase &&
		    k.child == 0 && k.service.line.last == 3 &&
		    decided_last == 3 && decided_ran == 1000, "policy");
	}
	begin(SVCSTATE_RUNNING);
	decision = RESTART_FAILED;
	options.restart.limit = 1;
	ended(CLD_EXITED, 3);
	keeper_after_end(&k);
	CHECK(strstr(done, ", failed after 1 try]") != NULL, done);
	begin(SVCSTATE_STARTING);
	ended(CLD_EXITED, 0);
	keeper_after_end(&k);
	CHECK(decided_ran == 0 && strstr(done, "running") == NULL,
	    "it was not ready");
	begin(SVCSTATE_STARTING);
	ended(CLD_EXITED, 0);
	ready_at_end = 1;
	keeper_after_end(&k);
	CHECK(is_done("read;running;close;[web: exited with status 0]ended;"),
	    "it was ready at the end");
	begin(SVCSTATE_RUNNING);
	decision = RESTART_AGAIN;
	ended(CLD_EXITED, 141);
	keeper_after_end(&k);
	CHECK(is_done("read;close;[web: exited with status 141]ended;") &&
	    k.phase == RESTING && decided_last == -1, "no reader");
	begin(SVCSTATE_RUNNING);
	ended(CLD_EXITED, 141);
	k.runner.has_group = 1;
	keeper_after_end(&k);
	CHECK(is_done("read;close;ended;"), "no reader, as pgspawn said");
}

static void
test_report(void)
{
	static const struct {
		int		code, status, has_group, was_ready;
		const char	*text;
	} table[] = {
		{ CLD_KILLED, 15, 0, 1, "[web: killed by signal TERM]" },
		{ CLD_DUMPED, 11, 0, 1, "[web: killed by signal SEGV]" },
		{ CLD_EXITED, 143, 0, 1, "[web: exited with status 143]" },
		{ CLD_EXITED, 143, 1, 1, "[web: killed by signal TERM]" },
		{ CLD_EXITED, 129, 1, 1, "[web: killed by signal HUP]" },
		{ CLD_EXITED, 128, 1, 1, "[web: exited with status 128]" },
		{ CLD_EXITED, 128 + NSIG, 1, 1, NULL },
		{ CLD_EXITED, 124, 1, 0, "[web: not ready in time]" },
		{ CLD_EXITED, 124, 1, 1, "[web: exited with status 124]" },
		{ CLD_EXITED, 124, 0, 0, "[web: exited with status 124]" },
		{ CLD_EXITED, 125, 1, 0, "[web: exited with status 125]" },
		{ CLD_EXITED, 125, 0, 1, "[web: exited with status 125]" },
		{ CLD_EXITED, 125, 0, 0, "[web: could not be started]" }
	};
	char text[64];
	size_t i;

	for (i = 0; i < COUNT(table); i++) {
		begin(SVCSTATE_RUNNING);
		options.ready = 8;
		ended(table[i].code, table[i].status);
		k.runner.has_group = table[i].has_group;
		k.ready = table[i].was_ready ? 0 : -1;
		k.service.line.last = table[i].code == CLD_EXITED ?
		    table[i].status : 128 + table[i].status;
		report_end(&k, "");
		snprintf(text, sizeof text, "[web: exited with status %d]",
		    128 + NSIG);
		CHECK(is_done(table[i].text != NULL ? table[i].text : text),
		    "report");
	}
	begin(SVCSTATE_RUNNING);
	ended(CLD_EXITED, 125);
	k.service.line.last = 125;
	report_end(&k, "");
	CHECK(is_done("[web: exited with status 125]"), "it needs no readiness");
}

static void
test_asked(void)
{
	static const int loud[] = { 1, 127 }, quiet[] = { 0, 128, 143 };
	char text[64];
	size_t i;

	for (i = 0; i < COUNT(loud); i++) {
		begin(SVCSTATE_RUNNING);
		k.asked = 1;
		ended(CLD_EXITED, loud[i]);
		keeper_after_end(&k);
		snprintf(text, sizeof text,
		    "read;close;[web: exited with status %d]", loud[i]);
		CHECK(is_done(text) && k.phase == OVER && k.ended_early, text);
	}
	for (i = 0; i < COUNT(quiet); i++) {
		begin(SVCSTATE_RUNNING);
		k.asked = 1;
		ended(CLD_EXITED, quiet[i]);
		keeper_after_end(&k);
		CHECK(is_done("read;close;") && k.phase == OVER &&
		    k.ended_early, "quiet");
	}
	begin(SVCSTATE_RUNNING);
	k.asked = k.term_sent = 1;
	ended(CLD_EXITED, 1);
	keeper_after_end(&k);
	CHECK(is_done("read;close;") && k.phase == OVER && !k.ended_early,
	    "of its TERM");
}

static void
test_goals(void)
{
	begin(SVCSTATE_STOPPING);
	k.goal = GOAL_REST;
	ended(CLD_KILLED, 15);
	keeper_after_end(&k);
	CHECK(is_done("read;close;stopped;") && k.phase == RESTING &&
	    k.service.line.last == 143, "rest");
	begin(SVCSTATE_STOPPING);
	k.goal = GOAL_START;
	k.has_run = 1;
	ended(CLD_KILLED, 15);
	keeper_after_end(&k);
	CHECK(is_done("read;close;") && k.phase == WAITING &&
	    options.restart.tries == 0 && k.service.line.restarts == 1,
	    "start");
}

static void
test_interrupt(void)
{
	begin(SVCSTATE_RUNNING);
	k.interrupt = SIGINT;
	k.interrupted = deadline_in(0);
	ended(CLD_KILLED, SIGINT);
	keeper_after_end(&k);
	CHECK(k.asked && k.phase == OVER && is_done("read;close;"), "of it");
	begin(SVCSTATE_RUNNING);
	k.interrupt = SIGINT;
	k.interrupted = deadline_in(0);
	ended(CLD_EXITED, 1);
	keeper_after_end(&k);
	CHECK(!k.asked && k.phase == RESTING, "long after it");
	begin(SVCSTATE_RUNNING);
	k.interrupt = SIGINT;
	k.interrupted = deadline_in(100000);
	ended(CLD_EXITED, 1);
	keeper_after_end(&k);
	CHECK(k.asked && k.phase == OVER, "soon after it");
	begin(SVCSTATE_RUNNING);
	k.interrupted = deadline_in(100000);
	ended(CLD_EXITED, 128);
	keeper_after_end(&k);
	CHECK(!k.asked && k.phase == RESTING, "there was none");
	begin(SVCSTATE_STOPPING);
	k.interrupt = SIGINT;
	k.interrupted = deadline_in(100000);
	k.goal = GOAL_REST;
	ended(CLD_EXITED, 1);
	keeper_after_end(&k);
	CHECK(!k.asked && k.phase == RESTING, "it was to stop");
}

/* pgspawn was killed, and its group may be left. */
static void
test_group(void)
{
	begin(SVCSTATE_RUNNING);
	k.runner.has_group = 1;
	k.runner.group.pid = 42;
	ended(CLD_KILLED, 9);
	keeper_after_end(&k);
	CHECK(is_done("read;close;stopping;end pgkeep;"
	    "[web: killed by signal KILL]") && k.asked && k.ended_early &&
	    k.phase == OVER, "killed");
	begin(SVCSTATE_STOPPING);
	members = 1;
	k.runner.has_group = 1;
	k.runner.group.pid = 42;
	k.runner.group.kind = HANDLE_KEYED;
	k.runner.group.key = 7;
	k.goal = GOAL_REST;
	ended(CLD_KILLED, 9);
	keeper_after_end(&k);
	CHECK(is_done("read;close;end pgkeep;[web: processes of 42:7 are left]"
	    "stopped;") && !k.asked && k.phase == RESTING, "it was to stop");
	begin(SVCSTATE_STOPPING);
	k.runner.has_group = 1;
	k.asked = k.term_sent = 1;
	ended(CLD_KILLED, 9);
	keeper_after_end(&k);
	CHECK(is_done("read;close;end pgkeep;") && k.phase == OVER &&
	    !k.ended_early, "it was to end");
	begin(SVCSTATE_STOPPING);
	k.runner.has_group = 1;
	k.goal = GOAL_START;
	ended(CLD_KILLED, 9);
	keeper_after_end(&k);
	CHECK(is_done("read;close;end pgkeep;[web: killed by signal KILL]") &&
	    k.asked && k.phase == OVER, "it was to restart");
}

static void
test_reap(void)
{
	begin(SVCSTATE_RUNNING);
	waited = CHILD;
	keeper_reap(&k);
	CHECK(!k.has_ended, "no child");
	k.child = CHILD;
	waited = 0;
	keeper_reap(&k);
	CHECK(!k.has_ended, "it runs");
	waited = CHILD;
	wait_status = 3 << 8;
	keeper_reap(&k);
	CHECK(k.has_ended && k.how.si_code == CLD_EXITED &&
	    k.how.si_status == 3, "exited");
	wait_status = 15;
	keeper_reap(&k);
	CHECK(k.how.si_code == CLD_KILLED && k.how.si_status == 15, "killed");
}

int
main(int argc, char *argv[])
{
	static const struct part part[] = {
		{ "answer", test_answer },
		{ "enter", test_enter },
		{ "end_child", test_end_child },
		{ "start", test_start },
		{ "start_failed", test_start_failed },
		{ "alone", test_alone },
		{ "policy", test_policy },
		{ "report", test_report },
		{ "asked", test_asked },
		{ "goals", test_goals },
		{ "interrupt", test_interrupt },
		{ "group", test_group },
		{ "reap", test_reap },
	};

	alarm(60);
	return check_parts(part, COUNT(part), argc > 1 ? argv[1] : NULL);
}
