/*
 * shutdowns [part]
 *
 * Checks shutdown.c against calls that are made up; see check.h. The order of
 * these calls is written down.
 */
#include "config.h"

#include <sys/types.h>

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define proctable_read		fake_table
#define proctable_free		fake_free
#define pgroup_open		fake_open
#define pgroup_open_held	fake_open_held
#define pgroup_close		fake_close
#define pgwatch_open		fake_watch_open
#define pgwatch_close		fake_watch_close
#define pgwatch_add		fake_add
#define pgwatch_gone		fake_gone
#define pgwatch_holds		fake_holds
#define pgwatch_leader_only	fake_leader_only
#define pgwatch_scan		fake_scan
#define pgwatch_check		fake_check
#define pgwatch_refresh		fake_refresh
#define pgwatch_wait		fake_wait
#define strays_open		fake_strays_open
#define strays_close		fake_strays_close
#define strays_active		fake_active
#define strays_scan		fake_strays_scan
#define strays_scan_if_due	fake_scan_if_due
#define strays_find_all		fake_find_all
#define strays_uncertain	fake_uncertain
#define strays_note_session	fake_note_session
#define shutdown_send		fake_send
#define shutdown_send_rest	fake_send_rest
#define shutdown_send_pending	fake_pending
#define shutdown_send_missed	fake_missed
#define shutdown_denied		fake_denied
#define shutdown_defer_begin	fake_defer_begin
#define shutdown_defer_send	fake_defer_send
#define shutdown_defer_step	fake_defer_step
#define shutdown_defer_poll	fake_defer_poll
#define handle_signal		fake_signal
#define fdio_raise_limit	fake_raise
#define deadline_now		fake_now

#define malloc			fake_malloc

static void	*fake_malloc(size_t);

#include "group/shutdown.c"

#undef deadline_now
#undef malloc

#include "calls.h"
#include "check.h"
#include "room.h"

static int	table_error, verdict[3], watch_error, gone, holding, leads;
static int	scan_error, active, strays_error, first_error, all_found;
static int	uncertain, session_verdict, pending, missed, denied, ready;
static int	defer_poll, waited, closed, tables, nwatches, nstrays, raised;
static long long	now;
static struct shutdown	e;
static struct shutdown_options	options;
static const struct handle	ids[] = {
	{ 42, HANDLE_KEYED, 1 }, { 43, HANDLE_KEYED, 2 }
};

static void *
fake_malloc(size_t size)
{
	return lacks_memory() ? NULL : malloc(size);
}

int
fake_table(struct proctable *table)
{
	CHECK(table->row == NULL && table->size == 0, "an empty table");
	note("table;");
	tables++;
	return table_error == 0 ? 0 : (errno = table_error, -1);
}

void
fake_free(struct proctable *table)
{
	(void)table;
	tables = 0;
}

int
fake_open(struct pgroup *group, const struct handle *id,
    const struct proctable *table)
{
	group->id = *id;
	group->ref = -1;
	note("open %d%s;", (int)id->pid, table != NULL ? " table" : "");
	return verdict[id->pid - 42];
}

int
fake_open_held(struct pgroup *group, const struct pgroup *held)
{
	*group = *held;
	note("held;");
	return verdict[0];
}

void
fake_close(struct pgroup *group)
{
	(void)group;
	closed++;
}

int
fake_watch_open(struct pgwatch *w, size_t n)
{
	(void)w;
	note("watch %d;", (int)n);
	nwatches++;
	return watch_error == 0 ? 0 : (errno = watch_error, -1);
}

void
fake_watch_close(struct pgwatch *w)
{
	(void)w;
	nwatches--;
}

size_t
fake_add(struct pgwatch *w, const struct pgroup *group)
{
	note(group != NULL ? "add;" : "none;");
	return w->nitem++;
}

int
fake_gone(const struct pgwatch *w, size_t item)
{
	(void)w;
	return gone >> item & 1;
}

int
fake_holds(const struct pgwatch *w, size_t item)
{
	(void)w;
	return holding >> item & 1;
}

int
fake_leader_only(struct pgwatch *w, size_t item)
{
	(void)w;
	CHECK(item == 0, "leader");
	note("leader;");
	return leads ? 0 : -1;
}

int
fake_scan(struct pgwatch *w)
{
	(void)w;
	note("scan;");
	return scan_error == 0 ? 0 : (errno = scan_error, -1);
}

void
fake_check(struct pgwatch *w)
{
	(void)w;
	note("check;");
}

void
fake_refresh(struct pgwatch *w)
{
	(void)w;
	note("refresh;");
}

int
fake_wait(struct pgwatch *w, struct pollfd *extra, size_t n, int timeout)
{
	(void)w, (void)extra, (void)n;
	waited = timeout;
	errno = EINTR;
	return ready;
}

int
fake_strays_open(struct strays *p, const struct strays_options *o,
    struct pgwatch *w, const struct handle *id, size_t n)
{
	CHECK(w == &e.watch && o->cgroup == options.cgroup &&
	    o->escapees == options.escapees && o->adopter == options.adopter &&
	    o->spared == options.spared && o->monitor == options.monitor &&
	    o->closed == options.closed && o->sessions == options.sessions &&
	    n == e.ngroups && (n == 0 || id[n - 1].pid == ids[n - 1].pid),
	    "strays");
	p->next = deadline_in(PARSE_FOREVER);
	nstrays++;
	return strays_error == 0 ? 0 : (errno = strays_error, -1);
}

void
fake_strays_close(struct strays *p)
{
	(void)p;
	nstrays--;
}

int
fake_active(const struct strays *p)
{
	(void)p;
	return active;
}

int
fake_strays_scan(struct strays *p)
{
	(void)p;
	note("strays;");
	return first_error == 0 ? 0 : (errno = first_error, -1);
}

void
fake_scan_if_due(struct strays *p)
{
	(void)p;
	note("due;");
}

int
fake_find_all(struct strays *p)
{
	(void)p;
	note("all;");
	return all_found;
}

int
fake_uncertain(const struct strays *p)
{
	(void)p;
	return uncertain;
}

int
fake_note_session(struct strays *p, size_t item, pid_t *session)
{
	(void)p;
	note("session %d;", (int)item);
	*session = 7;
	return session_verdict;
}

void
fake_send(struct shutdown *s, int sig)
{
	s->sig = sig;
	note("send %d;", sig);
	errno = ESRCH;
}

void
fake_send_rest(struct shutdown *s)
{
	(void)s;
	note("rest;");
}

int
fake_pending(const struct shutdown *s)
{
	(void)s;
	return pending;
}

int
fake_missed(const struct shutdown *s)
{
	(void)s;
	return missed;
}

int
fake_denied(const struct shutdown *s, size_t item)
{
	(void)s;
	return denied >> item & 1;
}

void
fake_defer_begin(struct shutdown *s, long long ms)
{
	(void)s;
	note("defer %lld;", ms);
}

void
fake_defer_send(struct shutdown *s, struct watched *p, int sig)
{
	CHECK(p == &s->watch.procs.v[s->watch.procs.n - 1], "the last one");
	note("later %d;", sig);
}

void
fake_defer_step(struct shutdown *s)
{
	(void)s;
	note("step;");
}

int
fake_defer_poll(const struct shutdown *s)
{
	(void)s;
	return defer_poll;
}

int
fake_signal(pid_t pid, int ref, int sig)
{
	note("signal %d %d %d;", (int)pid, ref, sig);
	return 0;
}

long
fake_raise(void)
{
	raised++;
	return 0;
}

long long
fake_now(void)
{
	return now;
}

/* The schedule TERM/10000/KILL/20000, unless the test changes it. */
static int
set_up(size_t n)
{
	int result;

	gone = scan_error = strays_error = first_error = 0;
	all_found = uncertain = pending = missed = denied = ready = 0;
	table_error = watch_error = closed = tables = raised = 0;
	holding = 3;
	leads = 1;
	defer_poll = -1;
	now = 1000;
	done[0] = '\0';
	if (options.schedule.n == 0) {
		options.schedule.n = 2;
		options.schedule.step[0].sig = SIGTERM;
		options.schedule.step[0].ms = 10000;
		options.schedule.step[1].sig = SIGKILL;
		options.schedule.step[1].ms = 20000;
	}
	memset(&e, 0x5a, sizeof e);
	result = shutdown_open(&e, ids, n, &options);
	return result;
}

static void
tidy(void)
{
	shutdown_close(&e);
	memset(&options, 0, sizeof options);
	memset(verdict, 0, sizeof verdict);
	active = session_verdict = 0;
	session_verdict = HANDLE_VERIFIED;
}

static void
reap(void *arg)
{
	(void)arg;
}

static void
test_open(void)
{
	static const struct cgroup cgroup;
	static const struct pgroup held = { { 42, HANDLE_KEYED, 1 }, 5 };

	tidy();
	CHECK(set_up(1) == 0 && is_done("watch 1;open 42;add;scan;check;") &&
	    e.n == 1 && e.ngroups == 1 && !shutdown_done(&e), "one");
	CHECK(raised == 1, "each process may need a descriptor");
	nwatches = nstrays = 1;
	shutdown_close(&e);
	CHECK(closed == 1 && nwatches == 0 && nstrays == 0 && e.target == NULL,
	    "close");
	verdict[1] = HANDLE_GONE;
	CHECK(set_up(2) == 0 && is_done("watch 2;table;open 42 table;add;"
	    "open 43 table;none;scan;check;") &&
	    e.target[1].state == SHUTDOWN_OPEN, "two, one of which is gone");
	CHECK(tables == 0, "the table is kept");
	shutdown_close(&e);
	CHECK(closed == 2, "close two");
	verdict[1] = HANDLE_UNVERIFIABLE;
	CHECK(set_up(2) == 0 && e.target[1].state == SHUTDOWN_UNVERIFIED &&
	    e.target[0].state == SHUTDOWN_OPEN, "unverifiable");
	tidy();
	verdict[0] = -1;
	CHECK(set_up(1) == 0 && e.target[0].state == SHUTDOWN_UNVERIFIED &&
	    shutdown_done(&e), "not to be verified");
	tidy();
	options.cgroup = &cgroup;
	CHECK(set_up(1) == 0 && e.n == 2 && e.ngroups == 1 &&
	    e.target[1].group.ref == -1 &&
	    is_done("watch 2;open 42;add;none;scan;check;"), "cgroup");
	tidy();
	options.held = &held;
	options.reap = reap;
	options.arg = &e;
	CHECK(set_up(1) == 0 &&
	    is_done("watch 1;held;add;leader;check;"), "held");
	CHECK(e.watch.reap == reap && e.watch.arg == &e, "a child is reaped");
	shutdown_close(&e);
	options.held = NULL;
	CHECK(set_up(1) == 0 && e.watch.reap == NULL, "none is a child");
	leads = 0;
	tidy();
}

/* A group that is gone from the start is done before the first signal. */
static void
test_gone(void)
{
	tidy();
	CHECK(set_up(1) == 0, "open");
	shutdown_close(&e);
	gone = 1;
	CHECK(shutdown_open(&e, ids, 1, &options) == 0 && shutdown_done(&e) &&
	    e.target[0].state == SHUTDOWN_GONE, "gone");
	tidy();
}

/* Nothing is sent, and no time is over, before it begins. */
static void
test_before(void)
{
	tidy();
	CHECK(set_up(1) == 0, "open");
	done[0] = '\0';
	shutdown_wait(&e, NULL, 0, 5);
	CHECK(is_done("step;") && waited == 5, "wait");
	gone = 1;
	shutdown_wait(&e, NULL, 0, 5);
	CHECK(shutdown_done(&e) && e.target[0].state == SHUTDOWN_GONE, "gone");
	tidy();
}

static void
test_held(void)
{
	static const struct pgroup held = { { 42, HANDLE_KEYED, 1 }, 5 };

	tidy();
	options.held = &held;
	CHECK(set_up(2) == 0 && is_done("watch 2;table;held;add;"
	    "open 43 table;add;scan;check;"), "with another");
	leads = 0;
	CHECK(scan(&e) == 0 && is_done("scan;"), "two");
	e.n = 1;
	CHECK(scan(&e) == 0 && is_done("leader;scan;"), "no leader");
	e.options.closed = 1;
	CHECK(scan(&e) == 0 && is_done("leader;"), "closed");
	leads = 1;
	holding = 2;
	CHECK(scan(&e) == 0 && is_done("scan;"), "it is gone");
	e.n = 2;
	tidy();
}

static void
test_errors(void)
{
	tidy();
	CHECK(set_up(1) == 0, "open");
	shutdown_close(&e);
	done[0] = '\0';
	options.schedule.n = 2;
	watch_error = ENOMEM;
	CHECK(shutdown_open(&e, ids, 1, &options) == -1 && errno == ENOMEM &&
	    e.n == 0, "watch");
	shutdown_close(&e);
	CHECK(closed == 1, "nothing to close");
	watch_error = 0;
	room = 0;
	CHECK(shutdown_open(&e, ids, 1, &options) == -1 && errno == ENOMEM,
	    "memory");
	room = -1;
	shutdown_close(&e);
	table_error = EMFILE;
	CHECK(shutdown_open(&e, ids, 2, &options) == -1 && errno == EMFILE &&
	    e.n == 0, "table");
	shutdown_close(&e);
	table_error = EXDEV;
	done[0] = '\0';
	CHECK(shutdown_open(&e, ids, 2, &options) == 0 &&
	    is_done("watch 2;table;open 42;add;open 43;add;scan;check;"),
	    "blind");
	shutdown_close(&e);
	table_error = 0;
	scan_error = ENOSYS;
	CHECK(shutdown_open(&e, ids, 1, &options) == 0, "blind");
	shutdown_close(&e);
	scan_error = ENOMEM;
	CHECK(shutdown_open(&e, ids, 1, &options) == -1 && errno == ENOMEM,
	    "scan");
	shutdown_close(&e);
	scan_error = 0;
	strays_error = EXDEV;
	CHECK(shutdown_open(&e, ids, 1, &options) == -1 && errno == EXDEV,
	    "strays");
	shutdown_close(&e);
	strays_error = 0;
	active = 1;
	first_error = ENFILE;
	CHECK(shutdown_open(&e, ids, 1, &options) == -1 && errno == ENFILE,
	    "first scan");
	tidy();
}

static void
test_sessions(void)
{
	tidy();
	options.sessions = 1;
	verdict[1] = HANDLE_UNVERIFIABLE;
	CHECK(set_up(2) == 0 && strstr(done, "session 0;") != NULL &&
	    strstr(done, "session 1;") == NULL &&
	    strstr(done, "session 2;") == NULL &&
	    e.target[0].session == 7 &&
	    e.target[0].state == SHUTDOWN_OPEN, done);
	verdict[1] = HANDLE_VERIFIED;
	shutdown_close(&e);
	CHECK(set_up(2) == 0 && strstr(done, "session 1;") != NULL, "two");
	session_verdict = HANDLE_UNVERIFIABLE;
	CHECK(note_sessions(&e) == 0 &&
	    e.target[0].state == SHUTDOWN_UNVERIFIED, "unverifiable");
	e.target[0].state = SHUTDOWN_OPEN;
	session_verdict = -1;
	CHECK(note_sessions(&e) == -1, "error");
	e.options.sessions = 0;
	CHECK(note_sessions(&e) == 0, "none");
	tidy();
}

static void
test_ends(void)
{
	tidy();
	gone = 0;
	CHECK(set_up(2) == 0, "open");
	gone = 1;
	note_gone(&e);
	CHECK(e.target[0].state == SHUTDOWN_GONE && e.target[0].ms == 0 &&
	    e.target[1].state == SHUTDOWN_OPEN && !shutdown_done(&e), "gone");
	done[0] = '\0';
	shutdown_begin(&e);
	CHECK(is_done("defer 10000;send 15;") && e.begun == 1000, "begin");
	e.target[1].sent = SIGTERM;
	e.target[1].reached = 1;
	gone = 3;
	now = 1700;
	note_gone(&e);
	CHECK(e.target[1].state == SHUTDOWN_ENDED && e.target[1].ms == 700 &&
	    shutdown_done(&e), "ended");
	e.target[1].state = SHUTDOWN_OPEN;
	e.target[1].sent = SIGKILL;
	note_gone(&e);
	CHECK(e.target[1].state == SHUTDOWN_KILLED, "killed");
	e.target[1].state = SHUTDOWN_OPEN;
	e.target[1].reached = 0;
	note_gone(&e);
	CHECK(e.target[1].state == SHUTDOWN_GONE && e.target[1].ms == 0 &&
	    e.target[1].sent == 0, "it was gone before");
	e.target[1].state = SHUTDOWN_OPEN;
	note_gone(&e);
	CHECK(e.target[1].state == SHUTDOWN_ENDED && e.target[1].ms == 700,
	    "nothing was sent");
	tidy();
}

static void
test_stray(void)
{
	struct watched v[2];

	tidy();
	CHECK(set_up(1) == 0, "open");
	memset(v, 0, sizeof v);
	e.watch.procs.v = v;
	e.watch.procs.n = 2;
	e.sig = SIGTERM;
	done[0] = '\0';
	e.target[0].state = SHUTDOWN_GONE;
	CHECK(e.strays.wanted(0, e.strays.arg), "wanted");
	e.strays.tell(0, 77, 5, e.strays.arg);
	CHECK(is_done("later 15;") && e.target[0].state == SHUTDOWN_OPEN &&
	    e.target[0].reached && e.target[0].sent == SIGTERM, "signal");
	e.target[0].leader_only = 1;
	e.strays.tell(0, 77, 5, e.strays.arg);
	CHECK(is_done("") && e.nunkilled == 0, "leader only");
	pending = 1;
	e.strays.tell(0, 77, 5, e.strays.arg);
	CHECK(is_done("") && e.nunkilled == 1, "kill is pending");
	e.freezing = 1;
	e.strays.tell(0, 77, 5, e.strays.arg);
	CHECK(e.nunkilled == 1 && strncmp(done, "signal 77 5 ", 12) == 0, "stop");
	e.target[0].state = SHUTDOWN_UNVERIFIED;
	CHECK(!e.strays.wanted(0, e.strays.arg), "not wanted");
	tidy();
}

static void
test_scans(void)
{
	struct deadline before;

	tidy();
	CHECK(set_up(2) == 0, "open");
	active = 1;
	done[0] = '\0';
	settle_ends(&e);
	CHECK(is_done("due;"), "none is gone");
	gone = 1;
	e.recheck = deadline_in(100000);
	settle_ends(&e);
	CHECK(is_done("") && e.target[0].state == SHUTDOWN_OPEN, "share a scan");
	before = e.recheck = deadline_in(0);
	settle_ends(&e);
	CHECK(is_done("all;") && e.target[0].state == SHUTDOWN_OPEN &&
	    e.recheck.at >= before.at + RECHECK, "not certain");
	all_found = 1;
	e.recheck = deadline_in(0);
	e.nunkilled = 1;
	e.sig = SIGKILL;
	settle_ends(&e);
	CHECK(is_done("all;send 9;") && e.target[0].state == SHUTDOWN_GONE,
	    "certain");
	e.nunkilled = 0;
	gone = 3;
	e.recheck = deadline_in(100000);
	settle_ends(&e);
	CHECK(is_done("all;") && shutdown_done(&e), "all seem gone");
	tidy();
}

static void
test_give_up(void)
{
	tidy();
	CHECK(set_up(2) == 0, "open");
	denied = 3;
	e.target[0].sent = SIGTERM;
	give_up(&e, SHUTDOWN_ALIVE);
	CHECK(e.target[0].state == SHUTDOWN_DENIED &&
	    e.target[1].state == SHUTDOWN_ALIVE, "give up");
	e.target[0].state = e.target[1].state = SHUTDOWN_OPEN;
	active = uncertain = 1;
	gone = 3;
	give_up(&e, SHUTDOWN_ALIVE);
	CHECK(e.target[1].state == SHUTDOWN_ALIVE, "uncertain");
	e.target[1].state = SHUTDOWN_OPEN;
	uncertain = 0;
	give_up(&e, SHUTDOWN_ALIVE);
	CHECK(e.target[1].state == SHUTDOWN_GONE, "certain");
	e.target[1].state = SHUTDOWN_OPEN;
	active = 0;
	uncertain = 1;
	give_up(&e, SHUTDOWN_ALIVE);
	CHECK(e.target[1].state == SHUTDOWN_GONE, "no strays");
	tidy();
}

static void
test_steps(void)
{
	tidy();
	CHECK(set_up(2) == 0, "open");
	done[0] = '\0';
	shutdown_begin(&e);
	CHECK(is_done("defer 10000;send 15;") && e.step == 0 &&
	    deadline_poll(&e.until) > 5000, "first");
	e.target[1].all_denied = 1;
	e.until = deadline_in(0);
	CHECK(shutdown_wait(&e, NULL, 0, -1) == 0 && errno == EINTR &&
	    waited == 0 && e.step == 1 &&
	    is_done("step;refresh;defer 20000;send 9;") &&
	    e.target[1].state == SHUTDOWN_DENIED &&
	    e.target[0].state == SHUTDOWN_OPEN &&
	    deadline_poll(&e.until) > 15000, "second");
	e.until = deadline_in(0);
	CHECK(shutdown_wait(&e, NULL, 0, -1) == 0 && is_done("step;refresh;") &&
	    e.target[0].state == SHUTDOWN_ALIVE && shutdown_done(&e), "over");
	CHECK(shutdown_wait(&e, NULL, 0, 5) == 0 && is_done("step;"), "done");
	tidy();
	CHECK(set_up(2) == 0, "open");
	shutdown_begin(&e);
	done[0] = '\0';
	active = gone = 1;
	e.target[0].all_denied = 1;
	e.recheck = deadline_in(100000);
	e.until = deadline_in(0);
	shutdown_wait(&e, NULL, 0, -1);
	CHECK(is_done("step;refresh;all;defer 20000;send 9;") &&
	    e.target[0].state == SHUTDOWN_DENIED,
	    "a last look before the signal");
	tidy();
	options.schedule.n = 1;
	options.schedule.step[0].sig = SIGHUP;
	options.schedule.step[0].ms = SCHEDULE_NOWAIT;
	CHECK(set_up(1) == 0, "open");
	done[0] = '\0';
	shutdown_begin(&e);
	CHECK(strstr(done, "send 1;") != NULL &&
	    e.target[0].state == SHUTDOWN_SENT, "no wait");
	tidy();
	options.schedule.n = 1;
	options.schedule.step[0].sig = 0;
	options.schedule.step[0].ms = 30000;
	CHECK(set_up(1) == 0, "open");
	done[0] = '\0';
	shutdown_begin(&e);
	CHECK(is_done("defer 30000;"), "only wait");
	tidy();
}

static void
test_last_step(void)
{
	tidy();
	CHECK(set_up(1) == 0, "open");
	shutdown_begin(&e);
	done[0] = '\0';
	shutdown_last_step(&e);
	CHECK(is_done("defer 20000;send 9;") && e.step == 1, "last");
	shutdown_last_step(&e);
	CHECK(is_done("") && e.step == 1, "it is the last");
	tidy();
}

static void
test_wait(void)
{
	struct deadline before;

	tidy();
	CHECK(set_up(2) == 0, "open");
	shutdown_begin(&e);
	done[0] = '\0';
	ready = 1;
	CHECK(shutdown_wait(&e, NULL, 0, 7000) == 1 && waited == 7000 &&
	    is_done("step;"), "the caller's");
	e.strays.next = deadline_in(3000);
	shutdown_wait(&e, NULL, 0, -1);
	CHECK(waited > 1000 && waited <= 3100, "the next scan");
	defer_poll = 500;
	shutdown_wait(&e, NULL, 0, -1);
	CHECK(waited == 500, "a delayed signal");
	e.nleader_only = 1;
	before = e.leader_look = deadline_in(0);
	done[0] = '\0';
	shutdown_wait(&e, NULL, 0, -1);
	CHECK(waited == LOOK && is_done("rest;step;") &&
	    e.leader_look.at >= before.at + LOOK, "the leaders");
	e.leader_look = deadline_in(100000);
	shutdown_wait(&e, NULL, 0, -1);
	CHECK(is_done("step;"), "not yet");
	e.nleader_only = 0;
	missed = 1;
	shutdown_wait(&e, NULL, 0, -1);
	CHECK(is_done("step;send 9;") && errno == EINTR,
	    "one escaped the KILL");
	missed = 0;
	active = 1;
	gone = 1;
	e.recheck = deadline_in(100);
	shutdown_wait(&e, NULL, 0, -1);
	CHECK(waited >= 0 && waited <= 200, "the recheck");
	gone = 0;
	shutdown_wait(&e, NULL, 0, -1);
	CHECK(waited == 500, "nothing to recheck");
	tidy();
}

int
main(int argc, char *argv[])
{
	static const struct part part[] = {
		{ "open", test_open },
		{ "gone", test_gone },
		{ "before", test_before },
		{ "held", test_held },
		{ "errors", test_errors },
		{ "sessions", test_sessions },
		{ "ends", test_ends },
		{ "stray", test_stray },
		{ "scans", test_scans },
		{ "give_up", test_give_up },
		{ "steps", test_steps },
		{ "last_step", test_last_step },
		{ "wait", test_wait },
	};

	alarm(60);
	return check_parts(part, COUNT(part), argc > 1 ? argv[1] : NULL);
}
