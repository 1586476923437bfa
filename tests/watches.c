/*
 * watches [part]
 *
 * Checks pgwatch.c on a system that fakes.h makes up; see check.h. Each process
 * there is a pipe, which ends when the process does.
 */
#include "config.h"

#include <sys/types.h>

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include "fakes.h"
#define getsid		fake_getsid
#define grouplist_dead	fake_dead

pid_t	fake_getsid(pid_t);

#include "proc/proctable.c"
#undef TRIES
#include "proc/handle.c"
#undef TRIES
#include "group/pgroup.c"
#include "group/pgindex.h"
#include "proc/procwatch.h"

/* pgwatch.c calls these instead. */
#define calloc		fake_calloc
#define pgindex_open	fake_index_open
#define procwatch_add	fake_add
#define procwatch_poll	fake_poll

static void	*fake_calloc(size_t, size_t);
static int	 fake_index_open(struct pgindex *, size_t, pid_t *, size_t);
static int	 fake_add(struct procwatch *, const struct watched *);
static int	 fake_poll(struct procwatch *, struct pollfd *, size_t, int);

#include "group/pgwatch.c"

#undef calloc
#undef pgindex_open
#undef procwatch_add
#undef procwatch_poll

#include "check.h"
#include "openfiles.h"
#include "room.h"

#define FAR	((pid_t)50000004)	/* one more number */

static const struct pgroup	group = {
	{ .pid = LEADER, .kind = HANDLE_BARE }, -1
}, other_group = {
	{ .pid = OTHER, .kind = HANDLE_BARE }, -1
};
static int	writer[8], only_dead, reaped, session_error, interrupted;

static void *
fake_calloc(size_t n, size_t size)
{
	return lacks_memory() ? NULL : calloc(n, size);
}

static int
fake_index_open(struct pgindex *x, size_t groups, pid_t *known, size_t n)
{
	int result = pgindex_open(x, groups, known, n);

	return lacks_memory() ? -1 : result;
}

static int
fake_add(struct procwatch *w, const struct watched *p)
{
	return lacks_memory() ? -1 : procwatch_add(w, p);
}

static int
fake_poll(struct procwatch *w, struct pollfd *extra, size_t n, int timeout)
{
	if (interrupted)
		return errno = EINTR, -1;
	return procwatch_poll(w, extra, n, timeout);
}

pid_t
fake_getsid(pid_t pid)
{
	const struct process *p = find_process(pid);

	return p == NULL || session_error ? -1 : p->sid;
}

int
fake_dead(pid_t pgid)
{
	(void)pgid;
	return only_dead;
}

/* A process with a descriptor. */
static void
start(size_t i, pid_t pid, pid_t pgid, uint64_t start_time)
{
	int p[2];

	CHECK(pipe(p) == 0, "pipe");
	put_process(i, pid, 1, pgid, start_time);
	process[i].lives = p[0];
	writer[i] = p[1];
}

static void
end(size_t i)
{
	close(writer[i]);
	close(process[i].lives);
	put_process(i, 0, 0, 0, 0);
}

static void
set_up(struct pgwatch *w)
{
	begin(NULL);
	newest = MEMBER;
	ref_error = 0;
	only_dead = reaped = session_error = 0;
	memset(w, 0x5a, sizeof *w);
	CHECK(pgwatch_open(w, 2) == 0 && w->interval == TICK_FIRST &&
	    w->tick.at > deadline_now() - 60000, "open");
	CHECK(pgwatch_add(w, &group) == 0 && pgwatch_add(w, &other_group) == 1,
	    "add");
}

/* --- scans -------------------------------------------------------------------- */

static void
test_scan(void)
{
	int before = open_files();
	struct pgwatch w;

	set_up(&w);
	start(0, LEADER, LEADER, 1);
	process[0].sid = 1;
	start(1, MEMBER, LEADER, 2);
	start(2, CHILD, CHILD, 3);
	start(3, OTHER, OTHER, 4);
	CHECK(pgwatch_scan(&w) == 0 && w.procs.n == 3 && w.nseen == 3 &&
	    w.scanned && !w.outsiders, "scan");
	CHECK(w.procs.v[0].owner == 0 && w.procs.v[1].owner == 0 &&
	    w.procs.v[2].owner == 1 && w.procs.v[2].pid == OTHER &&
	    w.procs.v[0].verified, "owners");
	CHECK(pgwatch_scan(&w) == 0 && w.procs.n == 3, "nothing is new");
	list_error = EXDEV;
	w.table.missed = 1;
	CHECK(pgwatch_scan(&w) == -1 && w.scanned, "no table");
	list_error = 0;
	process[1].info_error = 0;
	process[2].pgid = LEADER;
	process[2].sid = 0;
	CHECK(pgwatch_scan(&w) == 0 && w.procs.n == 4 &&
	    w.procs.v[3].pid == CHILD && w.procs.v[3].verified &&
	    w.outsiders, "one is new");
	start(4, FAR, LEADER, 5);
	CHECK(pgwatch_scan(&w) == 0 && w.procs.n == 5 && w.outsiders,
	    "one of this namespace");
	end(4);
	end(0);
	end(1);
	end(2);
	end(3);
	pgwatch_close(&w);
	CHECK(w.item == NULL && w.procs.v == NULL && w.interval == 0, "close");
	CHECK(open_files() == before, "a descriptor is left open");
}

/* The groups need not be added in the order of their numbers. */
static void
test_order(void)
{
	struct pgwatch w;

	begin(NULL);
	ref_error = 0;
	CHECK(pgwatch_open(&w, 2) == 0 && pgwatch_add(&w, &other_group) == 0 &&
	    pgwatch_add(&w, &group) == 1, "open");
	start(0, LEADER, LEADER, 1);
	start(1, OTHER, OTHER, 1);
	CHECK(pgwatch_scan(&w) == 0 && w.procs.n == 2 &&
	    w.procs.v[0].owner == 1 && w.procs.v[1].owner == 0, "scan");
	end(0);
	end(1);
	pgwatch_close(&w);
}

/* Without memory nothing is certain, and no descriptor is left open. */
static void
test_memory(void)
{
	struct pgwatch w;
	int before = open_files();

	room = 0;
	CHECK(pgwatch_open(&w, 2) == -1 && errno == ENOMEM, "open");
	pgwatch_close(&w);
	room = -1;
	set_up(&w);
	start(0, LEADER, LEADER, 1);
	start(1, MEMBER, LEADER, 2);
	room = 0;
	CHECK(pgwatch_scan(&w) == -1 && errno == ENOMEM && !w.scanned, "index");
	room = 1;
	CHECK(pgwatch_scan(&w) == -1 && errno == ENOMEM && w.procs.n == 0 &&
	    !w.scanned, "the first member");
	room = 2;
	close(writer[0]);
	CHECK(pgwatch_scan(&w) == -1 && errno == ENOMEM && !w.scanned,
	    "the second, and the first has died");
	room = -1;
	close(process[0].lives);
	end(1);
	pgwatch_close(&w);
	CHECK(open_files() == before, "a descriptor is left open");
}

/* Without a verified member that lives, a new one is not verified. */
static void
test_verified(void)
{
	struct pgwatch w;

	set_up(&w);
	start(0, LEADER, LEADER, 1);
	CHECK(pgwatch_scan(&w) == 0 && pgwatch_has_verified(&w, 0) == 1 &&
	    pgwatch_has_verified(&w, 1) == 0, "verified");
	process[0].pgid = OTHER;
	CHECK(pgwatch_has_verified(&w, 0) == 0, "it moved");
	process[0].pgid = LEADER;
	close(writer[0]);
	CHECK(pgwatch_has_verified(&w, 0) == 0, "it died");
	start(1, MEMBER, LEADER, 2);
	CHECK(pgwatch_scan(&w) == 0 && w.procs.n == 2 &&
	    !w.procs.v[1].verified && pgwatch_has_verified(&w, 0) == 0, "new");
	w.procs.v[1].verified = 1;
	CHECK(pgwatch_has_verified(&w, 0) == 1, "the second");
	w.procs.v[1].owner = 1;
	CHECK(pgwatch_has_verified(&w, 0) == 0, "of another");
	w.procs.v[1].owner = 0;
	close(w.procs.v[1].ref);
	w.procs.v[1].ref = -1;
	w.procs.v[1].start = 9;
	CHECK(pgwatch_has_verified(&w, 0) == 0, "another process");
	w.procs.v[1].start = 2;
	CHECK(pgwatch_has_verified(&w, 0) == 1, "the same");
	procwatch_remove(&w.procs, 1);
	CHECK(pgwatch_has_verified(&w, 0) == 0, "it is watched no longer");
	w.item[0].group = NULL;
	CHECK(pgwatch_has_verified(&w, 0) == 0, "no group");
	put_process(0, 0, 0, 0, 0);
	end(1);
	pgwatch_close(&w);
}

static void
vanish(const char *call, pid_t pid)
{
	if (strcmp(call, "ref") == 0 && pid == MEMBER)
		process[1].start = 0;
}

static void
vanish_later(const char *call, pid_t pid)
{
	if (strcmp(call, "ref") == 0 && pid == MEMBER)
		process[1].pgid = OTHER;
}

static void
vanish_in_list(const char *call, pid_t pid)
{
	if (strcmp(call, "getpgid") == 0 && pid == MEMBER)
		process[1].start = 0;
}

static void
test_missed(void)
{
	struct pgwatch w;
	int before = open_files();

	set_up(&w);
	start(1, MEMBER, LEADER, 2);
	happens = vanish_in_list;
	CHECK(pgwatch_scan(&w) == 1 && w.procs.n == 0 && w.table.missed == 1,
	    "it vanished before its group was read");
	w.table.torn = 0;
	happens = NULL;
	end(1);
	start(1, MEMBER, LEADER, 2);
	happens = vanish;
	CHECK(pgwatch_scan(&w) == 1 && w.procs.n == 0, "it vanished");
	process[1].start = 2;
	happens = vanish_later;
	CHECK(pgwatch_scan(&w) == 1 && w.procs.n == 0 && w.scanned,
	    "it left");
	process[1].pgid = LEADER;
	happens = NULL;
	close(writer[1]);
	CHECK(pgwatch_scan(&w) == 1 && w.procs.n == 0 &&
	    w.procs.dead.set.n == 1, "it died");
	close(process[1].lives);
	put_process(1, 0, 0, 0, 0);
	pgwatch_close(&w);
	CHECK(open_files() == before, "a descriptor is left open");
}

/* Without descriptors each process has to be looked at. */
static void
test_blind(void)
{
	struct pgwatch w;

	set_up(&w);
	ref_error = ENOSYS;
	put_process(0, LEADER, 1, LEADER, 1);
	put_process(1, MEMBER, 1, LEADER, 2);
	process[1].state = PROC_DEAD;
	CHECK(pgwatch_scan(&w) == 1 && w.procs.n == 1 && w.procs.blind == 1 &&
	    w.procs.v[0].start == 1 && w.procs.dead.set.n == 1, "scan");
	CHECK(pgwatch_scan(&w) == 0 && w.procs.n == 1, "the dead one is known");
	pgwatch_refresh(&w);
	CHECK(w.procs.n == 1 && !pgwatch_gone(&w, 0) && pgwatch_gone(&w, 1),
	    "it lives");
	process[0].start = 8;
	pgwatch_refresh(&w);
	CHECK(w.procs.n == 1 && w.procs.v[0].start == 8, "another one");
	process[0].pgid = OTHER;
	pgwatch_refresh(&w);
	CHECK(w.procs.n == 0, "it left");
	pgwatch_close(&w);
}

static void
vanish_at_info(const char *call, pid_t pid)
{
	if (strcmp(call, "info") == 0 && pid == MEMBER)
		process[1].start = 0;
}

static void
test_blind_death(void)
{
	struct pgwatch w;

	set_up(&w);
	ref_error = ENOSYS;
	put_process(1, MEMBER, 1, LEADER, 2);
	happens = vanish_at_info;
	CHECK(pgwatch_scan(&w) == 1 && w.procs.n == 0 &&
	    w.procs.dead.set.n == 1, "it vanished");
	put_process(1, MEMBER, 1, LEADER, 2);
	process[1].info_error = EPERM;
	happens = NULL;
	w.procs.dead.set.n = w.procs.dead.set.sorted = 0;
	CHECK(pgwatch_scan(&w) == 0 && w.procs.n == 1 &&
	    w.procs.v[0].start == 0, "it is hidden");
	pgwatch_close(&w);
}

static void
test_leader(void)
{
	struct pgwatch w;

	set_up(&w);
	CHECK(pgwatch_leader_only(&w, 0) == -1, "no leader");
	start(0, LEADER, LEADER, 1);
	start(1, MEMBER, LEADER, 2);
	CHECK(pgwatch_leader_only(&w, 0) == 0 && w.procs.n == 1 &&
	    w.procs.v[0].pid == LEADER && !w.scanned && lists == 0, "leader");
	process[0].state = PROC_DEAD;
	CHECK(pgwatch_leader_only(&w, 0) == -1, "a zombie");
	put_process(0, LEADER, 1, OTHER, 1);
	CHECK(pgwatch_leader_only(&w, 0) == -1, "in another group");
	pgwatch_close(&w);
}

/* --- items -------------------------------------------------------------------- */

static void
count(const struct watched *p, void *arg)
{
	(void)p;
	++*(int *)arg;
}

static void
reap(void *arg)
{
	++*(int *)arg;
}

static void
test_processes(void)
{
	struct pgwatch w;
	int p[2], n = 0;

	set_up(&w);
	start(0, LEADER, LEADER, 1);
	CHECK(pipe(p) == 0, "pipe");
	CHECK(pgwatch_add_process(&w, 1, CHILD, p[0], 5) == 0 &&
	    w.procs.v[0].outside && w.procs.v[0].session == 5 &&
	    w.procs.v[0].owner == 1 && w.procs.v[0].start == 0, "process");
	CHECK(pgwatch_add_member(&w, 0, LEADER, -1) == 0 &&
	    w.procs.v[1].verified && w.procs.v[1].start == 1 &&
	    !w.procs.v[1].outside, "member");
	CHECK(pgwatch_add_member(&w, 0, LEADER, dup(p[0])) == 0 &&
	    w.procs.v[2].start == 0, "a member with a descriptor");
	procwatch_remove(&w.procs, 2);
	put_process(2, MEMBER, 1, MEMBER, 6);
	CHECK(pgwatch_add_process(&w, 0, MEMBER, -1, 0) == 0 &&
	    w.procs.v[2].start == 6, "blind");
	pgwatch_each(&w, 0, count, &n);
	CHECK(n == 2, "of one item");
	pgwatch_each(&w, PGWATCH_ALL, count, &n);
	CHECK(n == 5, "of all");
	CHECK(pgwatch_holds(&w, 1), "holds");
	w.item[1].gone = 1;
	CHECK(!pgwatch_holds(&w, 1) && pgwatch_gone(&w, 1), "gone");
	CHECK(pgwatch_add_process(&w, 1, MEMBER, -1, 0) == 0 &&
	    !pgwatch_gone(&w, 1) && !pgwatch_holds(&w, 1), "back");
	end(0);
	close(p[1]);
	pgwatch_close(&w);
}

/* A process that left its session is a stranger. */
static void
test_moved(void)
{
	struct pgwatch w;
	int p[2];

	set_up(&w);
	start(0, LEADER, LEADER, 1);
	CHECK(pgwatch_scan(&w) == 0, "scan");
	CHECK(pipe(p) == 0, "pipe");
	put_process(2, CHILD, 1, OTHER, 3);
	process[2].sid = 77;
	CHECK(pgwatch_add_process(&w, 0, CHILD, p[0], 77) == 0, "add");
	pgwatch_refresh(&w);
	CHECK(w.procs.n == 2, "it stays");
	session_error = 1;
	pgwatch_refresh(&w);
	CHECK(w.procs.n == 2, "its session cannot be read");
	session_error = 0;
	process[2].sid = 78;
	pgwatch_refresh(&w);
	CHECK(w.procs.n == 1 && w.procs.v[0].pid == LEADER, "it moved");
	end(0);
	close(p[1]);
	pgwatch_close(&w);
}

/* The group of a process cannot be read while it exits: the watch goes on. */
static void
test_exits(void)
{
	struct pgwatch w;

	set_up(&w);
	start(0, LEADER, LEADER, 1);
	CHECK(pgwatch_scan(&w) == 0 && w.procs.n == 1, "scan");
	process[0].pgid_error = ESRCH;
	pgwatch_refresh(&w);
	CHECK(w.procs.n == 1 && lists == 1, "it exits");
	interrupted = 1;
	w.tick = deadline_in(0);
	CHECK(pgwatch_wait(&w, NULL, 0, -1) == -1 && errno == EINTR,
	    "a signal comes");
	interrupted = 0;
	end(0);
	pgwatch_close(&w);
}

/* --- the wait ----------------------------------------------------------------- */

static void
test_wait(void)
{
	struct pollfd extra = { .fd = -1 };
	struct pgwatch w;
	int p[2];

	set_up(&w);
	start(0, LEADER, LEADER, 1);
	start(1, MEMBER, LEADER, 2);
	w.reap = reap;
	w.arg = &reaped;
	pgwatch_check(&w);
	CHECK(w.procs.n == 2 && !pgwatch_gone(&w, 0) && pgwatch_gone(&w, 1) &&
	    reaped >= 2, "check");
	reaped = lists = 0;
	CHECK(pgwatch_wait(&w, &extra, 1, 0) == 0 && reaped == 0 && lists == 0,
	    "nothing happens");
	end(0);
	CHECK(pgwatch_wait(&w, &extra, 1, 1000) == 1 && w.procs.n == 1 &&
	    !pgwatch_gone(&w, 0), "one died");
	/* A member that was born is found before the group is gone. */
	start(2, CHILD, LEADER, 3);
	newest = CHILD;
	end(1);
	CHECK(pgwatch_wait(&w, NULL, 0, 1000) == 1 && w.procs.n == 1 &&
	    w.procs.v[0].pid == CHILD && !pgwatch_gone(&w, 0), "one was born");
	end(2);
	CHECK(pgwatch_wait(&w, NULL, 0, 1000) == 1 && pgwatch_gone(&w, 0),
	    "gone");
	CHECK(pipe(p) == 0, "pipe");
	extra.fd = p[0];
	extra.events = POLLIN;
	CHECK(write(p[1], "x", 1) == 1 &&
	    pgwatch_wait(&w, &extra, 1, 1000) == 1 &&
	    extra.revents == POLLIN, "the caller's");
	close(p[0]);
	close(p[1]);
	pgwatch_close(&w);
}

/* Each group is gone by itself, and stays so. */
static void
test_two_groups(void)
{
	struct pgwatch w;

	set_up(&w);
	start(0, LEADER, LEADER, 1);
	start(1, MEMBER, LEADER, 2);
	start(2, OTHER, OTHER, 3);
	newest = OTHER;
	pgwatch_check(&w);
	CHECK(!pgwatch_gone(&w, 0) && !pgwatch_gone(&w, 1), "two");
	lists = 0;
	pgwatch_check(&w);
	CHECK(lists == 0, "all have a member that lives");
	end(2);
	CHECK(pgwatch_wait(&w, NULL, 0, 1000) == 1 && !pgwatch_gone(&w, 0) &&
	    pgwatch_gone(&w, 1), "the second");
	/* A hidden group got its number, and only a scan tells of the first. */
	kill_error = EPERM;
	start(3, FAR, LEADER, 5);
	newest = FAR;
	w.procs.v[0].dead = w.procs.v[1].dead = 1;
	CHECK(procwatch_remove_dead(&w.procs, 0, 0) == 2, "two die");
	process[0].state = process[1].state = PROC_DEAD;
	pgwatch_check(&w);
	CHECK(w.procs.n == 1 && w.procs.v[0].pid == FAR &&
	    !pgwatch_gone(&w, 0) && pgwatch_gone(&w, 1), "it stays gone");
	pgwatch_close(&w);
	end(0);
	end(1);
	end(3);
}

/* All members are zombies, and none was born since the last scan. */
static void
test_zombies(void)
{
	struct pgwatch w;
	size_t i;

	for (i = 0; i < 2; i++) {
		set_up(&w);
		w.item[!i].gone = 1;
		start(0, i == 0 ? LEADER : OTHER, i == 0 ? LEADER : OTHER, 1);
		newest = OTHER;
		pgwatch_check(&w);
		CHECK(!pgwatch_gone(&w, i), "it lives");
		close(writer[0]);
		process[0].state = PROC_DEAD;
		lists = 0;
		CHECK(pgwatch_wait(&w, NULL, 0, 1000) == 1 &&
		    pgwatch_gone(&w, i) && lists == 0, "gone");
		close(process[0].lives);
		put_process(0, 0, 0, 0, 0);
		pgwatch_close(&w);
	}
}

/* An item without a group is gone with its last process. */
static void
test_no_group(void)
{
	struct pgwatch w;
	int p[2];

	begin(NULL);
	CHECK(pgwatch_open(&w, 1) == 0 && pgwatch_add(&w, NULL) == 0, "open");
	CHECK(pipe(p) == 0 &&
	    pgwatch_add_process(&w, 0, CHILD, p[0], 0) == 0, "process");
	pgwatch_check(&w);
	CHECK(!pgwatch_gone(&w, 0), "it lives");
	close(p[1]);
	CHECK(pgwatch_wait(&w, NULL, 0, 1000) == 1 && pgwatch_gone(&w, 0) &&
	    lists == 0, "gone");
	pgwatch_close(&w);
}

static void
test_ticks(void)
{
	struct pgwatch w;

	set_up(&w);
	start(0, LEADER, LEADER, 1);
	pgwatch_check(&w);
	CHECK(w.interval == TICK_FIRST, "first");
	w.tick = deadline_in(0);
	CHECK(pgwatch_wait(&w, NULL, 0, -1) == 0 && w.interval ==
	    2 * TICK_FIRST && !deadline_passed(&w.tick), "doubled");
	w.interval = TICK_LAST;
	w.tick = deadline_in(0);
	CHECK(pgwatch_wait(&w, NULL, 0, -1) == 0 && w.interval == TICK_LAST,
	    "last");
	process[0].pgid = OTHER;
	CHECK(pgwatch_wait(&w, NULL, 0, 0) == 0 && w.procs.n == 1, "no tick");
	w.tick = deadline_in(0);
	CHECK(pgwatch_wait(&w, NULL, 0, -1) == 0 && w.procs.n == 0, "tick");
	CHECK(pgwatch_gone(&w, 0), "nothing is left");
	process[0].pgid = LEADER;
	w.item[0].gone = 0;
	ref_error = ENOSYS;
	pgwatch_check(&w);
	CHECK(w.procs.blind == 1, "blind");
	w.tick = deadline_in(0);
	CHECK(pgwatch_wait(&w, NULL, 0, -1) == 0 && w.interval == TICK_BLIND,
	    "blind");
	end(0);
	pgwatch_close(&w);
}

/* The group exists, and has no living member that can be seen. */
static void
test_hidden(void)
{
	struct pgwatch w;

	set_up(&w);
	/* No member is listed, but the group exists. */
	kill_error = EPERM;
	pgwatch_check(&w);
	CHECK(!pgwatch_gone(&w, 0) && w.interval == TICK_BLIND && lists == 1,
	    "a hidden member may live");
	lists = 0;
	pgwatch_check(&w);
	CHECK(lists == 0 && !pgwatch_gone(&w, 0), "it is not unchanged");
	newest++;
	pgwatch_check(&w);
	CHECK(lists == 0, "a new process is no member");
	put_process(2, ++newest, 1, OTHER, 2);
	process[2].pgid_error = process[2].info_error = EPERM;
	pgwatch_check(&w);
	CHECK(lists == 1, "a new process whose group is hidden");
	put_process(2, 0, 0, 0, 0);
	lists = 0;
	start(1, newest + 1, LEADER, 2);
	newest++;
	pgwatch_check(&w);
	CHECK(lists == 1 && w.procs.n == 1, "a new member");
	end(1);
	only_dead = 1;
	CHECK(pgwatch_wait(&w, NULL, 0, 1000) == 1 && pgwatch_gone(&w, 0) &&
	    lists == 1, "only dead members are listed");
	pgwatch_close(&w);
}

/* A member leaves before it can be watched, and returns for the next scan. */
static int	leaves, has_left;

static void
come_and_go(const char *call, pid_t pid)
{
	(void)pid;
	if (strcmp(call, "ref") == 0)
		has_left = leaves-- > 0;
	if (strcmp(call, "getpgid") == 0) {
		process[1].pgid = has_left ? OTHER : LEADER;
		has_left = 0;
	}
}

static void
test_passes(void)
{
	struct pgwatch w;

	set_up(&w);
	w.nitem = 1;
	kill_error = EPERM;	/* the group exists all the time */
	start(1, MEMBER, LEADER, 2);
	leaves = 3;
	happens = come_and_go;
	pgwatch_check(&w);
	CHECK(lists == 4 && w.procs.n == 1 && !pgwatch_gone(&w, 0) &&
	    w.interval == TICK_FIRST, "it scans again");
	pgwatch_close(&w);
	CHECK(pgwatch_open(&w, 2) == 0 && pgwatch_add(&w, &group) == 0, "open");
	lists = 0;
	leaves = 1000;
	pgwatch_check(&w);
	CHECK(lists == PASSES && w.procs.n == 0 && w.interval == TICK_BLIND &&
	    !pgwatch_gone(&w, 0), "it gives up");
	end(1);
	pgwatch_close(&w);
}

int
main(int argc, char *argv[])
{
	static const struct part part[] = {
		{ "scan", test_scan },
		{ "order", test_order },
		{ "memory", test_memory },
		{ "verified", test_verified },
		{ "missed", test_missed },
		{ "blind", test_blind },
		{ "blind_death", test_blind_death },
		{ "leader", test_leader },
		{ "processes", test_processes },
		{ "moved", test_moved },
		{ "exits", test_exits },
		{ "wait", test_wait },
		{ "two_groups", test_two_groups },
		{ "zombies", test_zombies },
		{ "no_group", test_no_group },
		{ "ticks", test_ticks },
		{ "hidden", test_hidden },
		{ "passes", test_passes },
	};

	alarm(60);
	return check_parts(part, COUNT(part), argc > 1 ? argv[1] : NULL);
}
