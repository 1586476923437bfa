/*
 * strays [part]
 *
 * Checks strays.c against calls that are made up; see check.h.
 */
#include "config.h"

#include <sys/types.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define proctable_read		fake_table
#define proctable_free		fake_free
#define proctable_info		fake_info
#define proctable_alive		fake_alive
#define handle_of_members	fake_of_members
#define handle_ref		fake_ref
#define pgwatch_holds		fake_holds
#define pgwatch_gone		fake_gone
#define pgwatch_add_process	fake_add_process
#define pgwatch_add_member	fake_add_member
#define session_find		fake_session
#define escapee_scan		fake_scan
#define escapee_forget		fake_forget
#define cgroupmembers_each	fake_each
#define cgroup_populated	fake_populated
#define getpgid			fake_getpgid

pid_t	fake_getpgid(pid_t);

#include "group/strays.c"

#include "calls.h"
#include "check.h"
#include "openfiles.h"

static struct strays	s;
static struct pgwatch	watch;
static const struct cgroup	cgroup;
static struct handle	ids[2];
static struct escapee_query	asked;
static int	holding, gone, populated, add_error, tables, table_error;
static int	forgotten, info_error, want_it, wanted_calls, scans, scan_result;
static int	scan_error, verdict, each_calls, each_error, named;
static pid_t	pgid, session, told, dead_pid;
static uint64_t	start;
static size_t	told_item;
static pid_t	listed[2][4];	/* listed first, and second */
static struct { pid_t pid; size_t item; } report[4];
static size_t	nreport;

int
fake_table(struct proctable *table)
{
	tables++;
	table->n = 1;
	return table_error == 0 ? 0 : (errno = table_error, -1);
}

void
fake_free(struct proctable *table)
{
	table->n = 0;
}

int
fake_info(pid_t pid, struct procinfo *info)
{
	(void)pid;
	memset(info, 0, sizeof *info);
	info->start = start;
	return info_error == 0 ? 0 : (errno = info_error, -1);
}

int
fake_alive(pid_t pid)
{
	return pid != dead_pid;
}

int
fake_of_members(struct handle *id, pid_t number, const struct proctable *table)
{
	CHECK(table->n == 1 && number == id->pid, "of members");
	named++;
	id->kind = HANDLE_KEYED;
	id->key = 5;
	return 1;
}

int
fake_ref(pid_t pid)
{
	(void)pid;
	return dup(STDOUT_FILENO);
}

int
fake_holds(const struct pgwatch *w, size_t item)
{
	CHECK(w == &watch, "watch");
	return holding >> item & 1;
}

int
fake_gone(const struct pgwatch *w, size_t item)
{
	CHECK(w == &watch && item == s.n, "the item of the cgroup");
	return gone;
}

static int
add(char how, size_t item, pid_t pid, int ref)
{
	if (add_error != 0)
		return errno = add_error, -1;
	note("%c%zu %d;", how, item, (int)pid);
	if (ref != -1)
		close(ref);
	return 0;
}

int
fake_add_process(struct pgwatch *w, size_t item, pid_t pid, int ref,
    pid_t of_session)
{
	(void)w;
	CHECK(of_session == 0 || of_session == session, "session");
	return add(of_session != 0 ? 's' : 'p', item, pid, ref);
}

int
fake_add_member(struct pgwatch *w, size_t item, pid_t pid, int ref)
{
	(void)w;
	return add('m', item, pid, ref);
}

int
fake_session(const struct pgwatch *w, size_t item, const struct handle *id,
    pid_t *of)
{
	CHECK(w == &watch && id == &s.id[item], "session");
	*of = session;
	return verdict;
}

int
fake_scan(const struct escapee_query *h, struct escapee_memory *m)
{
	size_t i;

	asked = *h;
	scans++;
	CHECK(m == &s.memory && h->group == s.id && h->n == s.n &&
	    h->holds(0, h->arg) == (holding & 1), "query");
	for (i = 0; i < nreport; i++)
		h->found(report[i].pid, dup(STDOUT_FILENO), report[i].item,
		    h->arg);
	return scan_error == 0 ? scan_result : (errno = scan_error, -1);
}

void
fake_forget(struct escapee_memory *m)
{
	(void)m;
	forgotten++;
}

int
fake_each(const struct cgroup *c, int (*visit)(pid_t, void *), void *arg)
{
	const pid_t *p = listed[each_calls++ % 2];

	CHECK(c == &cgroup, "cgroup");
	if (each_error != 0 && each_error-- == 1)
		return errno = EIO, -1;
	for (; *p != 0; p++)
		if (visit(*p, arg) == -1)
			return -1;
	return 0;
}

int
fake_populated(const struct cgroup *c)
{
	(void)c;
	return populated;
}

pid_t
fake_getpgid(pid_t pid)
{
	(void)pid;
	return pgid;
}

static int
want(size_t item, void *arg)
{
	(void)item;
	CHECK(arg == &want_it, "arg");
	wanted_calls++;
	return want_it;
}

static void
tell(size_t item, pid_t pid, int ref, void *arg)
{
	(void)ref;
	CHECK(arg == &want_it, "arg");
	told = pid;
	told_item = item;
}

static int
set_up(const struct strays_options *options, size_t n)
{
	int result;

	memset(&watch, 0, sizeof watch);
	memset(listed, 0, sizeof listed);
	ids[0] = (struct handle){ 42, HANDLE_KEYED, 7 };
	ids[1] = (struct handle){ 43, HANDLE_BARE, 0 };
	holding = 3;
	gone = populated = add_error = tables = forgotten = info_error = 0;
	wanted_calls = scans = scan_result = scan_error = each_calls = 0;
	each_error = named = 0;
	nreport = 0;
	want_it = 1;
	verdict = HANDLE_VERIFIED;
	told = dead_pid = 0;
	pgid = 1;
	session = 42;
	start = 9;
	done[0] = '\0';
	result = strays_open(&s, options, &watch, ids, n);
	s.wanted = want;
	s.tell = tell;
	s.arg = &want_it;
	return result;
}

static void
test_open(void)
{
	const struct strays_options none = { 0 }, sessions = { .sessions = 1 };
	const struct strays_options escapees = { .escapees = 1 };
	const struct strays_options of_cgroup = { .cgroup = &cgroup };

	CHECK(set_up(&none, 2) == 0 && !strays_active(&s) && tables == 0 &&
	    !deadline_passed(&s.next) && deadline_poll(&s.next) == -1, "none");
	CHECK(s.id[1].pid == 43 && s.id[1].kind == HANDLE_BARE &&
	    s.session[1] == 0 && s.started[1] == 0 && s.pause == PAUSE_FIRST,
	    "groups");
	strays_close(&s);
	CHECK(forgotten == 1 && s.id == NULL, "close");
	CHECK(set_up(&sessions, 2) == 0 && strays_active(&s) && tables == 0 &&
	    deadline_poll(&s.next) > 0, "sessions");
	strays_close(&s);
	CHECK(set_up(&of_cgroup, 0) == 0 && strays_active(&s), "cgroup");
	strays_close(&s);
	CHECK(set_up(&escapees, 2) == 0 && strays_active(&s) && tables == 1 &&
	    named == 1 && s.id[1].key == 5 && s.id[0].key == 7, "escapees");
	strays_close(&s);
	table_error = EXDEV;
	CHECK(set_up(&escapees, 2) == -1 && errno == EXDEV, "no table");
	strays_close(&s);
	CHECK(set_up(&escapees, 1) == 0 && tables == 0, "nothing to complete");
	strays_close(&s);
	table_error = 0;
}

/* A group that is gone needs no handle. */
static void
test_gone(void)
{
	const struct strays_options none = { 0 };

	CHECK(set_up(&none, 2) == 0, "open");
	holding = 1;
	CHECK(complete_ids(&s) == 0 && tables == 0 && named == 0, "gone");
	holding = 3;
	s.id[0].kind = HANDLE_KEYLESS;
	CHECK(complete_ids(&s) == 0 && tables == 1 && named == 2, "one table");
	strays_close(&s);
}

static void
test_sessions(void)
{
	const struct strays_options sessions = { .sessions = 1 };
	pid_t of;

	CHECK(set_up(&sessions, 2) == 0, "open");
	CHECK(strays_note_session(&s, 1, &of) == HANDLE_VERIFIED && of == 42 &&
	    s.session[1] == 42 && s.started[1] == 9 && s.session[0] == 0,
	    "noted");
	session = 0;
	CHECK(strays_note_session(&s, 0, &of) == HANDLE_VERIFIED && of == 0 &&
	    s.started[0] == 0, "none");
	session = 42;
	CHECK(strays_scan(&s) == 0 && asked.session == s.session &&
	    s.session[1] == 42 && !asked.by_descent, "the same leader");
	info_error = ESRCH;
	CHECK(strays_scan(&s) == 0 && s.session[1] == 42, "no leader");
	info_error = 0;
	report[0].pid = 77;
	report[0].item = 1;
	nreport = 1;
	CHECK(strays_scan(&s) == 0 && is_done("s1 77;") && told == 77,
	    "of a session");
	start = 10;
	nreport = 0;
	CHECK(strays_scan(&s) == 0 && s.session[1] == 0, "another leader");
	strays_close(&s);
}

static void
test_escapees(void)
{
	const struct strays_options options = {
		.escapees = 1, .adopter = 5, .spared = 6, .monitor = 7
	};
	int before = open_files();

	CHECK(set_up(&options, 1) == 0, "open");
	report[0].pid = 77;
	report[0].item = 0;
	nreport = 1;
	scan_result = 2;
	CHECK(strays_scan(&s) == 2 && is_done("p0 77;") && s.found == 1 &&
	    told == 77 && told_item == 0 && s.failed == 0 &&
	    strays_uncertain(&s), "found");
	CHECK(asked.adopter == 5 && asked.spared == 6 && asked.monitor == 7 &&
	    !asked.closed && asked.by_descent && asked.session == NULL,
	    "query");
	want_it = told = 0;
	CHECK(strays_scan(&s) == 2 && is_done("") && s.found == 0 &&
	    told == 0 && !strays_uncertain(&s), "not wanted");
	want_it = 1;
	add_error = ENOMEM;
	CHECK(strays_scan(&s) == -1 && errno == ENOMEM && s.unkept &&
	    s.found == 0 && told == 0 && strays_uncertain(&s), "no memory");
	add_error = 0;
	nreport = 0;
	scan_error = EMFILE;
	CHECK(strays_scan(&s) == -1 && errno == EMFILE &&
	    s.failed == EMFILE && strays_uncertain(&s), "error");
	scan_error = 0;
	scan_result = 0;
	CHECK(strays_scan(&s) == 0 && !s.unkept && !strays_uncertain(&s),
	    "nothing");
	s.memory.vanished = 1;
	CHECK(strays_uncertain(&s), "one vanished");
	strays_close(&s);
	CHECK(open_files() == before, "a descriptor is left open");
}

/* Members are reported with the others, and watched as members. */
static void
test_closed(void)
{
	const struct strays_options options = { .escapees = 1, .closed = 1 };
	int before = open_files();

	CHECK(set_up(&options, 1) == 0, "open");
	report[0].pid = 77;
	report[0].item = 0;
	nreport = 1;
	pgid = 42;
	CHECK(strays_scan(&s) == 0 && is_done("m0 77;") && told == 0 &&
	    s.found == 1 && asked.closed, "member");
	add_error = ENOMEM;
	CHECK(strays_scan(&s) == -1 && errno == ENOMEM && s.found == 0,
	    "no memory");
	add_error = 0;
	pgid = 43;
	CHECK(strays_scan(&s) == 0 && is_done("p0 77;") && told == 77,
	    "in another group");
	pgid = 42;
	holding = 0;
	CHECK(strays_scan(&s) == 0 && is_done("p0 77;"), "of a number");
	holding = 1;
	s.options.closed = 0;
	CHECK(strays_scan(&s) == 0 && is_done("p0 77;"), "not closed");
	strays_close(&s);
	CHECK(open_files() == before, "a descriptor is left open");
}

static void
test_known(void)
{
	const struct strays_options options = { .escapees = 1 };
	struct watched v[3] = {
		{ .pid = 30, .owner = 1 }, { .pid = 10 }, { .pid = 20 }
	};
	struct escapee_known *known;
	size_t n;

	CHECK(set_up(&options, 1) == 0, "open");
	watch.procs.v = v;
	watch.procs.n = 3;
	known = list_known(&s, &n);
	CHECK(known != NULL && n == 3 && known[0].pid == 10 &&
	    known[1].pid == 20 && known[2].pid == 30 && known[2].group == 1 &&
	    known[0].group == 0, "in order");
	free(known);
	CHECK(strays_scan(&s) == 0 && asked.nknown == 3, "passed on");
	strays_close(&s);
}

static void
test_cgroup(void)
{
	const struct strays_options options = { .cgroup = &cgroup };
	struct watched v[1] = { { .pid = 30 } };
	int before = open_files(), i;

	CHECK(set_up(&options, 2) == 0, "open");
	watch.procs.v = v;
	watch.procs.n = 1;
	memcpy(listed[0], (pid_t[]){ 30, 10, 20, 0 }, sizeof listed[0]);
	memcpy(listed[1], (pid_t[]){ 20, 30, 10, 0 }, sizeof listed[1]);
	CHECK(strays_scan(&s) == 0 && is_done("p2 10;p2 20;") &&
	    s.found == 2 && told_item == 2 && scans == 0, "members");
	listed[1][0] = 30;
	dead_pid = 10;
	CHECK(strays_scan(&s) == 0 && is_done("") && s.found == 0 &&
	    s.unlisted == 0, "not listed again, or dead");
	dead_pid = 0;
	listed[0][0] = 0;
	each_calls = 0;
	CHECK(strays_scan(&s) == 0 && each_calls == 1, "empty");
	gone = populated = 1;
	each_calls = 0;
	CHECK(strays_scan(&s) == 1 && s.unlisted && strays_uncertain(&s),
	    "an unlisted process");
	gone = each_calls = 0;
	CHECK(strays_scan(&s) == 0 && !s.unlisted, "a watched process");
	gone = 1;
	populated = -1;
	each_calls = 0;
	CHECK(strays_scan(&s) == 0 && !s.unlisted, "unknown");
	listed[0][0] = 10;
	listed[0][1] = 0;
	listed[1][0] = 10;
	for (i = 1; i < 3; i++) {
		each_calls = 0;
		each_error = i;
		CHECK(strays_scan(&s) == -1 && errno == EIO && s.failed == EIO,
		    "error");
	}
	strays_close(&s);
	CHECK(open_files() == before, "a descriptor is left open");
}

static int
accept_pid(struct cgroup_list *c, pid_t pid)
{
	return note_member(pid, c) == 0;
}

static void
test_many(void)
{
	struct cgroup_list c = { .nknown = 0, .known = NULL };
	struct escapee_known one = { 5000, 0 };
	size_t i;

	c.known = &one;
	c.nknown = 1;
	for (i = 0; i < 30; i++)
		CHECK(accept_pid(&c, (pid_t)(1000 + i)), "note");
	CHECK(c.n == 30 && c.size == 64, "noted");
	for (i = 0; i < c.n; i++) {
		CHECK(c.v[i].pid == (pid_t)(1000 + i) && c.v[i].seen == 0 &&
		    c.v[i].ref > 2, "kept");
		close(c.v[i].ref);
	}
	c.size = 30;
	CHECK(accept_pid(&c, 2000) && c.size == 60 && c.n == 31 &&
	    c.v[0].pid == 1000, "grown");
	close(c.v[30].ref);
	free(c.v);
}

/* A cgroup and escapees: both are counted. */
static void
test_both(void)
{
	const struct strays_options options = {
		.cgroup = &cgroup, .escapees = 1
	};

	CHECK(set_up(&options, 1) == 0, "open");
	gone = populated = 1;
	scan_result = 3;
	CHECK(strays_scan(&s) == 4 && scans == 1, "sum");
	each_error = 1;
	CHECK(strays_scan(&s) == -1 && scans == 1, "the first fails");
	strays_close(&s);
}

static void
test_find_all(void)
{
	const struct strays_options options = { .escapees = 1 };
	int i;

	CHECK(set_up(&options, 1) == 0, "open");
	CHECK(strays_find_all(&s) == 1 && scans == 1 && s.nempty == 0, "at once");
	scan_result = 1;
	scans = 0;
	for (i = 1; i < 5; i++)
		CHECK(strays_find_all(&s) == 0 && scans == i * SCANS &&
		    s.nempty == i * SCANS, "some are missed");
	CHECK(strays_find_all(&s) == 1 && scans == EMPTY_SCANS &&
	    s.nempty == 0, "fifty are enough");
	report[0].pid = 77;
	report[0].item = 0;
	nreport = 1;
	scans = 0;
	CHECK(strays_find_all(&s) == 0 && scans == 1 && s.nempty == 0,
	    "one is found");
	nreport = 0;
	scan_error = EMFILE;
	CHECK(strays_find_all(&s) == 0 && scans == 2, "error");
	strays_close(&s);
}

static void
test_due(void)
{
	const struct strays_options options = { .escapees = 1 };

	CHECK(set_up(&options, 1) == 0, "open");
	s.next = deadline_in(100000);
	strays_scan_if_due(&s);
	CHECK(scans == 0, "not due");
	s.next = deadline_in(0);
	strays_scan_if_due(&s);
	CHECK(scans == 1 && s.pause == 2 * PAUSE_FIRST &&
	    deadline_poll(&s.next) > 0, "due");
	s.pause = PAUSE_LAST;
	s.next = deadline_in(0);
	strays_scan_if_due(&s);
	CHECK(scans == 2 && s.pause == PAUSE_LAST, "the last pause");
	strays_close(&s);
}

int
main(int argc, char *argv[])
{
	static const struct part part[] = {
		{ "open", test_open },
		{ "gone", test_gone },
		{ "sessions", test_sessions },
		{ "escapees", test_escapees },
		{ "closed", test_closed },
		{ "known", test_known },
		{ "cgroup", test_cgroup },
		{ "many", test_many },
		{ "both", test_both },
		{ "find_all", test_find_all },
		{ "due", test_due },
	};

	alarm(60);
	return check_parts(part, COUNT(part), argc > 1 ? argv[1] : NULL);
}
