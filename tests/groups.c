/*
 * groups [part]
 *
 * Checks pgroup.c and procwatch.c against calls that are made up; see check.h.
 * What is signalled is written down and not done.
 */
#include "config.h"

#include <sys/resource.h>
#include <sys/types.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define handle_verify		fake_verify
#define handle_get		fake_get
#define handle_signal		fake_signal
#define handle_signal_group	fake_signal_group
#define grouplist_refuses	fake_refuses
#define grouplist_dead		fake_dead
#define proctable_alive		fake_alive
#define proctable_info		fake_info
#define proctable_pgid		fake_pgid
#define pidcache_refresh	fake_refresh
#define kill			fake_kill

int	fake_kill(pid_t, int);

#include "group/pgroup.c"

#define realloc			fake_realloc	/* by procwatch.c */

static void	*fake_realloc(void *, size_t);

#include "proc/procwatch.c"

#undef realloc

#include "calls.h"
#include "check.h"
#include "openfiles.h"
#include "room.h"

static int	verdict, get_error, alive, verified;
static int	group_error, process_error, kill_error, kills_fail;
static int	refuses, dead, looked;
static int	info_error, no_ref, refreshed;
static pid_t	pgid_now;
static struct procinfo	info_of;

int
fake_verify(const struct handle *id, const struct proctable *table, int *ref)
{
	(void)id, (void)table;
	verified++;
	*ref = verdict == HANDLE_VERIFIED && !no_ref ? dup(STDOUT_FILENO) : -1;
	if (verdict == -1)
		errno = EIO;
	return verdict;
}

int
fake_get(struct handle *id, pid_t pid, int ref)
{
	CHECK(ref != -1, "no descriptor");
	id->pid = pid;
	id->kind = HANDLE_KEYED;
	id->key = 3;
	return get_error == 0 ? 0 : (errno = get_error, -1);
}

int
fake_signal(pid_t pid, int ref, int sig)
{
	note("%s %d %d;", ref == -1 ? "pid" : "ref", (int)pid, sig);
	return process_error == 0 ? 0 : (errno = process_error, -1);
}

int
fake_signal_group(pid_t pgid, int ref, int sig)
{
	(void)ref;
	note("group %d %d;", (int)pgid, sig);
	return group_error == 0 ? 0 : (errno = group_error, -1);
}

int
fake_kill(pid_t pid, int sig)
{
	note("kill %d %d;", (int)pid, sig);
	if (kills_fail != 0) {
		kills_fail--;
		return errno = kill_error, -1;
	}
	return 0;
}

int
fake_refuses(pid_t pgid)
{
	(void)pgid;
	return refuses;
}

int
fake_dead(pid_t pgid)
{
	(void)pgid;
	looked++;
	return dead;
}

int
fake_alive(pid_t pid)
{
	(void)pid;
	return alive;
}

int
fake_info(pid_t pid, struct procinfo *info)
{
	(void)pid;
	*info = info_of;
	return info_error == 0 ? 0 : (errno = info_error, -1);
}

pid_t
fake_pgid(pid_t pid)
{
	(void)pid;
	return pgid_now;
}

void
fake_refresh(struct pidcache *m)
{
	(void)m;
	refreshed++;
}

static void *
fake_realloc(void *p, size_t size)
{
	return lacks_memory() ? NULL : realloc(p, size);
}

static void
begin(void)
{
	verdict = HANDLE_VERIFIED;
	get_error = group_error = process_error = kill_error = 0;
	kills_fail = refuses = dead = looked = verified = info_error = 0;
	alive = 1;
	done[0] = '\0';
	memset(&info_of, 0, sizeof info_of);
}

/* --- pgroup ------------------------------------------------------------------ */

static void
test_open(void)
{
	const struct handle bare = { 42, HANDLE_BARE, 0 };
	const struct handle keyed = { 42, HANDLE_KEYED, 9 };
	int before = open_files();
	struct pgroup g;

	begin();
	CHECK(pgroup_open(&g, &keyed, NULL) == HANDLE_VERIFIED &&
	    g.id.key == 9 && g.ref != -1, "keyed");
	pgroup_close(&g);
	CHECK(g.ref == -1, "close");
	pgroup_close(&g);
	CHECK(pgroup_open(&g, &bare, NULL) == HANDLE_VERIFIED &&
	    g.id.kind == HANDLE_KEYED && g.id.key == 3, "bare");
	pgroup_close(&g);
	get_error = EPERM;
	CHECK(pgroup_open(&g, &bare, NULL) == HANDLE_VERIFIED &&
	    g.id.kind == HANDLE_BARE && g.id.key == 0, "without a key");
	pgroup_close(&g);
	get_error = 0;
	no_ref = 1;
	CHECK(pgroup_open(&g, &bare, NULL) == HANDLE_VERIFIED &&
	    g.id.kind == HANDLE_BARE && g.ref == -1, "without a descriptor");
	no_ref = 0;
	verdict = HANDLE_GONE;
	CHECK(pgroup_open(&g, &bare, NULL) == HANDLE_GONE && g.ref == -1 &&
	    g.id.kind == HANDLE_BARE, "gone");
	CHECK(open_files() == before, "a descriptor is left open");
}

/* Short work needs descriptors: one that stays open for long leaves some. */
static void
test_few_descriptors(void)
{
	const struct handle id = { 42, HANDLE_KEYED, 9 };
	const struct pgroup held = { id, STDOUT_FILENO };
	struct rlimit full, few;
	int next = dup(STDOUT_FILENO);
	struct pgroup g;

	begin();
	close(next);
	CHECK(getrlimit(RLIMIT_NOFILE, &full) == 0, "limit");
	few = full;
	few.rlim_cur = (rlim_t)next + 2;
	CHECK(setrlimit(RLIMIT_NOFILE, &few) == 0, "limit");
	CHECK(pgroup_open(&g, &id, NULL) == HANDLE_VERIFIED && g.ref == -1,
	    "open");
	CHECK(pgroup_open_held(&g, &held) == HANDLE_VERIFIED && g.ref == -1,
	    "held");
	CHECK(setrlimit(RLIMIT_NOFILE, &full) == 0, "limit");
	CHECK(dup(STDOUT_FILENO) == next, "a descriptor is left open");
	close(next);
}

static void
test_held(void)
{
	const struct pgroup held = { { 42, HANDLE_KEYED, 9 }, STDOUT_FILENO };
	int before = open_files();
	struct pgroup g;

	memset(&g, 0, sizeof g);
	begin();
	CHECK(pgroup_open_held(&g, &held) == HANDLE_VERIFIED && g.ref > 2 &&
	    (fcntl(g.ref, F_GETFD) & FD_CLOEXEC) != 0 && g.id.key == 9 &&
	    verified == 0, "held");
	CHECK(is_done("group 42 0;"), "held");
	pgroup_close(&g);
	g.ref = 99;
	group_error = ESRCH;
	CHECK(pgroup_open_held(&g, &held) == HANDLE_GONE && g.ref == -1 &&
	    g.id.pid == 42 && verified == 0, "gone");
	group_error = ENOSYS;
	CHECK(pgroup_open_held(&g, &held) == HANDLE_VERIFIED && verified == 1,
	    "by its handle");
	pgroup_close(&g);
	CHECK(open_files() == before, "a descriptor is left open");
}

static void
test_signal(void)
{
	struct pgroup g = { { 42, HANDLE_KEYED, 9 }, -1 };
	int before = open_files();

	begin();
	CHECK(pgroup_signal(&g, SIGTERM) == 0 &&
	    is_done("group 42 15;group 42 18;"), "term");
	CHECK(pgroup_send(&g, SIGTERM) == 0 && is_done("group 42 15;"),
	    "without CONT");
	CHECK(pgroup_signal(&g, SIGKILL) == 0 && is_done("group 42 9;"), "kill");
	CHECK(pgroup_signal(&g, SIGSTOP) == 0 && is_done("group 42 19;"), "stop");
	group_error = ESRCH;
	CHECK(pgroup_signal(&g, SIGTERM) == -1 && errno == ESRCH &&
	    is_done("group 42 15;") && verified == 0, "gone");
	group_error = ENOSYS;
	CHECK(pgroup_signal(&g, SIGTERM) == 0 && verified == 2 &&
	    is_done("group 42 15;kill -42 15;group 42 18;kill -42 18;"),
	    "by number");
	verdict = HANDLE_GONE;
	CHECK(pgroup_send(&g, SIGTERM) == -1 && errno == ESRCH &&
	    is_done("group 42 15;"), "gone by now");
	verdict = HANDLE_UNVERIFIABLE;
	CHECK(pgroup_send(&g, SIGTERM) == -1 && errno == EPERM &&
	    is_done("group 42 15;"), "unverifiable");
	verdict = -1;
	CHECK(pgroup_send(&g, SIGTERM) == -1 && errno == EIO &&
	    is_done("group 42 15;"), "unknown");
	for (g.id.pid = -1; g.id.pid < 2; g.id.pid++)
		CHECK(pgroup_send(&g, SIGTERM) == -1 && errno == EINVAL &&
		    pgroup_signal_number(&g, SIGTERM) == -1 &&
		    errno == EINVAL && is_done(""), "no group");
	verdict = HANDLE_VERIFIED;
	g.id.pid = 2;
	CHECK(pgroup_send(&g, 0) == 0 && is_done("group 2 0;kill -2 0;"), "2");
	CHECK(open_files() == before, "a descriptor is left open");
}

static void
test_continue(void)
{
	static const int none[] = {
		0, SIGKILL, SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU, SIGCONT
	};
	size_t i;

	for (i = 0; i < COUNT(none); i++)
		CHECK(pgroup_needs_continue(none[i]) == 0, "none");
	CHECK(pgroup_needs_continue(SIGTERM) == 1 &&
	    pgroup_needs_continue(SIGHUP) == 1 &&
	    pgroup_needs_continue(SIGUSR1) == 1, "each other");
}

/* EPERM may come from zombies (macOS). */
static void
test_refused(void)
{
	const struct pgroup g = { { 42, HANDLE_KEYED, 9 }, -1 };

	begin();
	CHECK(pgroup_signal_number(&g, SIGTERM) == 0 &&
	    is_done("kill -42 15;kill -42 18;"), "number");
	CHECK(pgroup_signal_number(&g, SIGKILL) == 0 &&
	    is_done("kill -42 9;"), "kill");
	kill_error = ESRCH;
	kills_fail = 1;
	CHECK(pgroup_signal_number(&g, SIGTERM) == -1 && errno == ESRCH &&
	    is_done("kill -42 15;") && looked == 0, "gone");
	kill_error = EPERM;
	kills_fail = 1;
	refuses = 1;
	CHECK(pgroup_signal_number(&g, SIGTERM) == -1 && errno == EPERM &&
	    is_done("kill -42 15;"), "refused");
	refuses = 0;
	kills_fail = 2;
	CHECK(pgroup_signal_number(&g, SIGKILL) == 0 && looked == 2 &&
	    is_done("kill -42 9;kill -42 9;kill -42 9;"), "zombies");
	kills_fail = 1;
	dead = 1;
	CHECK(pgroup_signal_number(&g, SIGKILL) == -1 && errno == ESRCH &&
	    is_done("kill -42 9;"), "only zombies");
	dead = 0;
	looked = 0;
	kills_fail = 100;
	CHECK(pgroup_signal_number(&g, SIGKILL) == -1 && errno == ESRCH &&
	    looked == TRIES - 1, "no end of it");
}

static void
test_leader(void)
{
	struct pgroup g = { { 42, HANDLE_KEYED, 9 }, 1 };

	begin();
	CHECK(pgroup_signal_leader(&g, SIGTERM) == 0 && verified == 0 &&
	    is_done("ref 42 15;ref 42 18;"), "ref");
	CHECK(pgroup_signal_leader(&g, SIGKILL) == 0 &&
	    is_done("ref 42 9;"), "kill");
	process_error = EPERM;
	CHECK(pgroup_signal_leader(&g, SIGTERM) == -1 && errno == EPERM &&
	    is_done("ref 42 15;"), "refused");
	process_error = 0;
	g.ref = -1;
	CHECK(pgroup_signal_leader(&g, SIGTERM) == 0 && verified == 1 &&
	    is_done("pid 42 15;pid 42 18;"), "pid");
	verdict = HANDLE_GONE;
	CHECK(pgroup_signal_leader(&g, SIGTERM) == -1 && errno == ESRCH &&
	    is_done(""), "gone");
	verdict = HANDLE_VERIFIED;
	alive = 0;
	CHECK(pgroup_signal_leader(&g, SIGTERM) == -1 && errno == ESRCH &&
	    is_done(""), "dead");
}

static void
test_vanished(void)
{
	const struct pgroup g = { { 42, HANDLE_KEYED, 9 }, 1 };

	begin();
	CHECK(pgroup_vanished(&g) == 0 && is_done("group 42 0;"), "there");
	group_error = ESRCH;
	CHECK(pgroup_vanished(&g) == 1 && is_done("group 42 0;"), "gone");
	group_error = EPERM;
	CHECK(pgroup_vanished(&g) == 0, "refused");
	done[0] = '\0';
	group_error = ENOSYS;
	CHECK(pgroup_vanished(&g) == 0 && is_done("group 42 0;kill -42 0;"),
	    "by number");
	kills_fail = 2;
	kill_error = ESRCH;
	CHECK(pgroup_vanished(&g) == 1, "gone by number");
	kill_error = EPERM;
	CHECK(pgroup_vanished(&g) == 0, "refused by number");
}

static void
test_dead(void)
{
	const struct pgroup g = { { 42, HANDLE_KEYED, 9 }, 1 };
	struct procrow row[] = {
		{ .pid = 7, .pgid = 41 }, { .pid = 8, .pgid = 42 }
	};
	struct proctable table = { .row = row, .n = 2 };

	begin();
	pgid_now = 42;
	CHECK(pgroup_is_dead(NULL, &table) == 1 && is_done(""), "no group");
	CHECK(pgroup_is_dead(&g, &table) == 1 && is_done(""), "a dead member");
	pgid_now = 41;
	CHECK(pgroup_is_dead(&g, &table) == 0 && is_done("group 42 0;"),
	    "it has left");
	pgid_now = 42;
	table.n = 1;
	CHECK(pgroup_is_dead(&g, &table) == 0 && is_done("group 42 0;"),
	    "none is shown");
	row[0].pgid = 42;
	CHECK(pgroup_is_dead(&g, &table) == 1 && is_done(""), "the first");
	row[0].pgid = 41;
	group_error = ESRCH;
	CHECK(pgroup_is_dead(&g, &table) == 1, "it has vanished");
}

/* --- procwatch ---------------------------------------------------------------- */

static int	ends[8][2];	/* pipes that stand for processes */

/* A process that dies when its ends[i][1] is closed; blind if it has none. */
static void
add(struct procwatch *w, pid_t pid, int i)
{
	struct watched p = { .pid = pid, .ref = -1, .start = 7 };

	if (i >= 0) {
		CHECK(pipe(ends[i]) == 0, "pipe");
		p.ref = ends[i][0];
	}
	CHECK(procwatch_add(w, &p) == 0, "add");
}

static void
die(int i)
{
	/* A pipe without a writer is readable as POLLHUP. */
	close(ends[i][1]);
}

static void
test_watch(void)
{
	struct pollfd extra[2];
	struct procwatch w;
	int before = open_files(), p[2];

	begin();
	CHECK(pipe(p) == 0, "pipe");
	CHECK(procwatch_open(&w) == 0 && w.n == 0 && w.blind == 0, "open");
	add(&w, 10, 0);
	add(&w, 11, -1);
	add(&w, 12, 1);
	add(&w, 13, 2);
	CHECK(w.n == 4 && w.blind == 1, "added");
	memset(extra, 0, sizeof extra);
	extra[0].fd = p[0];
	extra[0].events = extra[1].events = POLLIN;
	extra[1].fd = -1;
	CHECK(procwatch_poll(&w, extra, 2, 0) == 0 && extra[0].revents == 0,
	    "nothing happens");
	die(1);
	CHECK(procwatch_poll(&w, extra, 2, 1000) == 1 &&
	    extra[0].revents == 0 && w.v[2].dead && !w.v[0].dead &&
	    !w.v[1].dead && !w.v[3].dead, "one died");
	CHECK(write(p[1], "x", 1) == 1 &&
	    procwatch_poll(&w, extra, 2, 1000) == 2 &&
	    extra[0].revents != 0 && extra[1].revents == 0, "the caller's");
	extra[1] = extra[0];
	extra[0].fd = -1;
	CHECK(procwatch_poll(&w, extra, 2, 1000) == 2 &&
	    extra[0].revents == 0 && extra[1].revents != 0, "the second");
	extra[0] = extra[1];
	extra[1].fd = p[1];
	CHECK(procwatch_poll(&w, extra, 2, 1000) == 2 &&
	    extra[0].revents != 0 && extra[1].revents == 0, "the first");
	CHECK(procwatch_remove_dead(&w, 0, 0) == 1 && w.n == 3 &&
	    w.removals == 1 && w.v[2].pid == 13 && w.dead.set.n == 1 &&
	    w.dead.set.v[0] == 12, "removed");
	CHECK(procwatch_remove_dead(&w, 0, 0) == 0, "none");
	errno = 0;
	extra[0].fd = 1000000;
	extra[0].events = POLLIN;
	CHECK(procwatch_poll(&w, extra, 1, 0) == 1 &&
	    extra[0].revents == POLLNVAL, "no descriptor");
	w.v[2].dead = 1;
	CHECK(procwatch_poll(&w, extra, 1, 0) == 1 && w.v[2].dead, "it stays");
	w.v[2].dead = 0;
	die(0);
	CHECK(procwatch_poll(&w, NULL, 0, 1000) == 1 && w.v[0].dead,
	    "the first");
	w.v[0].dead = 0;
	CHECK(procwatch_remove_dead(&w, 0, 0) == 0 && w.n == 3, "not asked");
	CHECK(procwatch_remove_dead(&w, 1, 1) == 0 && w.n == 3, "from 1");
	CHECK(procwatch_remove_dead(&w, 0, 1) == 1 && w.n == 2 &&
	    w.v[0].pid == 13, "asked");
	procwatch_remove(&w, 1);
	CHECK(w.n == 1 && w.blind == 0 && w.removals == 3, "a blind one");
	CHECK(procwatch_poll(&w, NULL, 0, 0) == 0, "without others");
	add(&w, 14, 3);
	procwatch_close(&w);
	close(ends[3][1]);
	close(ends[2][1]);
	close(p[0]);
	close(p[1]);
	CHECK(open_files() == before, "a descriptor is left open");
}

/* A descriptor that another call got since is not closed. */
static void
test_closed_once(void)
{
	struct procwatch w;
	int other;

	CHECK(procwatch_open(&w) == 0, "open");
	add(&w, 10, 0);
	other = ends[0][0];
	procwatch_remove(&w, 0);
	CHECK(dup2(STDOUT_FILENO, other) == other, "dup2");
	procwatch_close(&w);
	CHECK(fcntl(other, F_GETFD) != -1, "it is closed");
	close(other);
	die(0);
}

static void
test_memory(void)
{
	const struct watched p = { .pid = 99, .ref = -1 };
	struct procwatch w;
	size_t i;

	for (room = 0; room < 2; ) {
		i = (size_t)room;
		CHECK(procwatch_open(&w) == -1 && errno == ENOMEM, "open");
		procwatch_close(&w);
		room = (int)i + 1;
	}
	room = -1;
	CHECK(procwatch_open(&w) == 0, "open");
	add(&w, 10, 0);
	while (w.n < w.size)
		add(&w, (pid_t)(10 + w.n), -1);
	die(0);
	CHECK(procwatch_poll(&w, NULL, 0, 1000) == 1 && w.v[0].dead, "full");
	for (i = 0; i < 2; i++) {
		room = (int)i;
		CHECK(procwatch_add(&w, &p) == -1 && errno == ENOMEM, "add");
	}
	room = -1;
	CHECK(procwatch_remove_dead(&w, 0, 0) == 1 &&
	    procwatch_add(&w, &p) == 0 && w.v[w.n - 1].pid == 99, "go on");
	procwatch_close(&w);
}

static void
test_many(void)
{
	struct procwatch w;
	int i;

	CHECK(procwatch_open(&w) == 0, "open");
	for (i = 0; i < 100; i++)
		add(&w, 1000 - i, -1);
	for (i = 0; i < 100; i++)
		CHECK(w.v[i].pid == 1000 - i, "kept");
	CHECK(w.n == 100 && w.blind == 100 && w.size == 128, "grown");
	CHECK(procwatch_poll(&w, NULL, 0, 0) == 0, "none can be polled");
	procwatch_close(&w);
	CHECK(w.n == 0 && w.v == NULL, "closed");
}

static void
test_same(void)
{
	struct watched p = { .pid = 10, .ref = 3, .start = 7 };

	begin();
	info_error = ESRCH;
	CHECK(procwatch_same(&p), "one with a descriptor");
	p.ref = -1;
	CHECK(!procwatch_same(&p), "gone");
	info_error = EPERM;
	CHECK(!procwatch_same(&p), "hidden since");
	p.start = 0;
	CHECK(procwatch_same(&p), "hidden always");
	alive = 0;
	CHECK(!procwatch_same(&p), "hidden and gone");
	info_error = 0;
	info_of.start = 7;
	info_of.state = PROC_LIVE;
	p.start = 7;
	CHECK(procwatch_same(&p), "the same");
	info_of.start = 8;
	CHECK(!procwatch_same(&p), "another");
	info_of.start = 7;
	info_of.state = PROC_DEAD;
	CHECK(!procwatch_same(&p), "dead");
}

static void
test_known(void)
{
	struct procwatch w;
	pid_t *known;
	size_t n;

	CHECK(procwatch_open(&w) == 0, "open");
	refreshed = 0;
	known = procwatch_known(&w, &n);
	CHECK(known != NULL && n == 0 && refreshed == 1, "none");
	CHECK(procwatch_compare(&(pid_t){ 7 }, &(pid_t){ 7 }) == 0, "equal");
	free(known);
	add(&w, 12, -1);
	add(&w, 10, -1);
	procwatch_note_dead(&w, 13);
	procwatch_note_dead(&w, 11);
	w.v[0].pid = 14;
	known = procwatch_known(&w, &n);
	CHECK(known != NULL && n == 4 && known[3] == 14, "in order");
	free(known);
	w.v[0].pid = 12;
	w.dead.set.n = 1;
	known = procwatch_known(&w, &n);
	CHECK(known != NULL && n == 3 && known[2] == 13, "one dead");
	free(known);
	w.dead.set.n = 2;
	known = procwatch_known(&w, &n);
	CHECK(known != NULL && n == 4 && known[0] == 10 && known[1] == 11 &&
	    known[2] == 12 && known[3] == 13, "in order");
	free(known);
	procwatch_close(&w);
}

int
main(int argc, char *argv[])
{
	static const struct part part[] = {
		{ "open", test_open },
		{ "few_descriptors", test_few_descriptors },
		{ "held", test_held },
		{ "signal", test_signal },
		{ "continue", test_continue },
		{ "refused", test_refused },
		{ "leader", test_leader },
		{ "vanished", test_vanished },
		{ "dead", test_dead },
		{ "watch", test_watch },
		{ "closed_once", test_closed_once },
		{ "memory", test_memory },
		{ "many", test_many },
		{ "same", test_same },
		{ "known", test_known },
	};

	alarm(60);
	return check_parts(part, COUNT(part), argc > 1 ? argv[1] : NULL);
}
