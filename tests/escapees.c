/*
 * escapees [part]
 *
 * Checks escapee.c on a system that fakes.h makes up; see check.h.
 */
#include "config.h"

#include <sys/types.h>

#include <errno.h>
#include <stdint.h>
#include <unistd.h>

#include "fakes.h"

#include "proc/proctable.c"
#undef TRIES
#include "proc/handle.c"
#include "group/descendants.c"

#define malloc	fake_malloc	/* by escapee.c */
#define realloc	fake_realloc

static void	*fake_malloc(size_t);
static void	*fake_realloc(void *, size_t);

#include "group/escapee.c"

#undef malloc
#undef realloc

#include "check.h"
#include "openfiles.h"
#include "room.h"

#define FAR	((pid_t)50000004)	/* more numbers without a process */
#define GONE	((pid_t)50000005)
#define LINEAGE	"PGSPAWN_ID=50000000:5"

static const struct handle	group[] = {
	{ LEADER, HANDLE_KEYED, 5 }, { OTHER, HANDLE_KEYED, 6 }
};
static struct escapee_query	query;
static struct escapee_memory	memory;
static pid_t	found_pid[8];
static size_t	found_group[8], nfound;
static int	held, environs, infos;

static void *
fake_malloc(size_t size)
{
	return lacks_memory() ? NULL : malloc(size);
}

static void *
fake_realloc(void *p, size_t size)
{
	return lacks_memory() ? NULL : realloc(p, size);
}

static int
holds(size_t i, void *arg)
{
	(void)arg;
	return held >> i & 1;
}

static void
note_found(pid_t pid, int ref, size_t i, void *arg)
{
	CHECK(arg == &nfound, "arg");
	CHECK((ref != -1) == (ref_error == 0), "ref");
	if (ref != -1)
		close(ref);
	found_pid[nfound] = pid;
	found_group[nfound++] = i;
}

static void
count_calls(const char *call, pid_t pid)
{
	(void)pid;
	environs += strcmp(call, "environ") == 0;
	infos += strcmp(call, "info") == 0;
}

/* The leader, which started at time 5, and a query for its group. */
static void
set_up(void)
{
	begin(count_calls);
	escapee_forget(&memory);
	memset(&memory, 0, sizeof memory);
	memset(&query, 0, sizeof query);
	query.group = group;
	query.n = 1;
	query.by_descent = 1;
	query.holds = holds;
	query.found = note_found;
	query.arg = &nfound;
	held = 3;
	put_process(0, LEADER, 1, LEADER, 5);
}

/* Scan; return how many were missed. nfound becomes the number found. */
static int
scan(void)
{
	nfound = 0;
	environs = infos = 0;
	return escapee_scan(&query, &memory);
}

static int
is_found(size_t i, pid_t pid, size_t g)
{
	return i < nfound && found_pid[i] == pid && found_group[i] == g;
}

/* --- what makes an escapee ------------------------------------------------------ */

static void
test_descent(void)
{
	set_up();
	put_process(1, MEMBER, LEADER, LEADER, 6);
	put_process(2, CHILD, MEMBER, CHILD, 7);
	put_process(3, FAR, CHILD, FAR, 8);
	put_process(4, OTHER, 1, OTHER, 9);
	CHECK(scan() == 0 && nfound == 2 && is_found(0, CHILD, 0) &&
	    is_found(1, FAR, 0), "descent");
	CHECK(scan() == 0 && nfound == 2 && infos == 4 + 2 && environs == 2,
	    "a stranger is not looked at again");
	put_process(5, GONE, 0, GONE, 9);
	CHECK(scan() == 0 && nfound == 2, "a parent in another namespace");
	query.by_descent = 0;
	CHECK(scan() == 0 && nfound == 0, "not by descent");
	set_up();
	put_process(1, MEMBER, LEADER, LEADER, 6);
	put_process(2, CHILD, MEMBER, CHILD, 7);
	process[0].start = 0;
	held = 0;
	CHECK(scan() > 0 && nfound == 0, "the number proves nothing");
}

static void
test_lineage(void)
{
	set_up();
	put_process(1, OTHER, 1, OTHER, 5);
	ENV(1, LINEAGE);
	put_process(2, CHILD, OTHER, CHILD, 6);
	CHECK(scan() == 0 && nfound == 2 && is_found(0, CHILD, 0) &&
	    is_found(1, OTHER, 0), "lineage");
	ENV(1, "PGSPAWN_ID=50000000:6");
	escapee_forget(&memory);
	memset(&memory, 0, sizeof memory);
	CHECK(scan() == 0 && nfound == 0, "another key");
	set_up();
	put_process(1, OTHER, 1, OTHER, 4);
	ENV(1, LINEAGE);
	CHECK(scan() == 0 && nfound == 0 && environs == 0, "it is older");
	set_up();
	process[0].start = 0;
	put_process(1, OTHER, 1, OTHER, 4);
	ENV(1, LINEAGE);
	CHECK(scan() == 0 && nfound == 1, "there is no leader");
}

/* A group without a leader may be older than the leader of another one. */
static void
test_two_leaders(void)
{
	static const struct handle reversed[] = {
		{ OTHER, HANDLE_KEYED, 6 }, { LEADER, HANDLE_KEYED, 5 }
	};

	set_up();
	query.n = 2;
	put_process(1, CHILD, 1, CHILD, 4);
	ENV(1, "PGSPAWN_ID=50000003:6");
	CHECK(scan() == 0 && nfound == 1 && is_found(0, CHILD, 1), "older");
	/* Rule 6 fails when it has seen the leader. */
	set_up();
	query.n = 2;
	query.adopter = getpid();
	query.closed = 1;
	process[0].ppid = getpid();
	put_process(3, getpid(), 1, getpid(), 4);
	put_process(1, CHILD, 1, CHILD, 4);
	ENV(1, "PGSPAWN_ID=50000003:6");
	put_process(2, MEMBER, LEADER, LEADER, 6);
	process[2].info_error = EPERM;
	CHECK(scan() == 0 && memory.hidden && is_found(0, CHILD, 1),
	    "older, and one is hidden");
	set_up();
	query.n = 2;
	query.group = reversed;
	put_process(1, OTHER, 1, OTHER, 5);
	put_process(2, CHILD, LEADER, CHILD, 6);
	put_process(3, FAR, OTHER, FAR, 6);
	CHECK(scan() == 0 && nfound == 2 && is_found(0, CHILD, 1) &&
	    is_found(1, FAR, 0), "in any order");
}

/* A parent may have a higher PID than its child. */
static void
test_numbers(void)
{
	set_up();
	put_process(1, CHILD, FAR, CHILD, 6);
	put_process(2, FAR, GONE, FAR, 6);
	put_process(3, GONE, LEADER, GONE, 6);
	put_process(4, GONE + 1, 1, GONE + 1, 6);
	CHECK(scan() == 0 && nfound == 3, "descent");
}

/* The caller is spared if it is alone, too. */
static void
test_alone(void)
{
	set_up();
	put_process(0, getpid(), 1, OTHER, 6);
	ENV(0, LINEAGE);
	CHECK(scan() == 0 && nfound == 0, "the caller");
}

static void
test_memory(void)
{
	int i;

	for (i = 0; i < 4; i++) {
		set_up();
		query.adopter = getpid();
		query.closed = i % 2;
		put_process(2, getpid(), 1, getpid(), 4);
		put_process(1, CHILD, getpid(), CHILD, 6);
		room = i / 2;
		CHECK(scan() == -1 && errno == ENOMEM && nfound == 0, "memory");
		room = -1;
	}
}

static void
test_session(void)
{
	const pid_t session[] = { LEADER, 0 }, sessions[] = { 0, OTHER };

	set_up();
	query.n = 2;
	query.by_descent = 0;
	query.session = session;
	put_process(1, CHILD, 1, CHILD, 6);
	process[1].sid = LEADER;
	put_process(2, FAR, 1, FAR, 6);
	process[2].sid = 0;
	CHECK(scan() == 0 && nfound == 1 && is_found(0, CHILD, 0), "session");
	query.session = sessions;
	put_process(1, CHILD, 1, CHILD, 6);
	process[1].sid = OTHER;
	CHECK(scan() == 0 && nfound == 1 && is_found(0, CHILD, 1), "another");
}

/* Two groups: each process belongs to that of its parent. */
static void
test_known(void)
{
	static const pid_t session[] = { LEADER, 0 };
	static struct escapee_known known[] = {
		{ MEMBER, 1 }, { FAR, 0 }
	};

	set_up();
	query.n = 2;
	query.known = known;
	query.nknown = 2;
	put_process(1, MEMBER, 1, MEMBER, 6);
	put_process(2, CHILD, MEMBER, CHILD, 7);
	put_process(3, FAR, 1, FAR, 6);
	put_process(4, OTHER, 1, OTHER, 6);
	put_process(5, GONE, OTHER, GONE, 6);
	CHECK(scan() == 0 && nfound == 2 && is_found(0, CHILD, 1) &&
	    is_found(1, GONE, 1), "known");
	query.session = session;
	process[1].sid = LEADER;
	CHECK(scan() == 0 && is_found(0, CHILD, 1),
	    "a known process stays with its group in any session");
}

/* --- what is spared ------------------------------------------------------------- */

static void
test_spared(void)
{
	set_up();
	put_process(1, getpid(), MEMBER, CHILD, 6);
	ENV(1, LINEAGE);
	put_process(2, MEMBER, LEADER, CHILD, 6);
	ENV(2, LINEAGE);
	put_process(3, FAR, getpid(), CHILD, 6);
	put_process(4, 1, 0, 1, 1);
	put_process(5, OTHER, LEADER, OTHER, 6);
	process[5].kernel = 1;
	ENV(5, LINEAGE);
	CHECK(scan() == 0 && nfound == 0, "spared");
	process[5].kernel = 0;
	escapee_forget(&memory);
	CHECK(scan() == 0 && nfound == 1 && is_found(0, OTHER, 0),
	    "no kernel thread");
}

static void
test_adopter(void)
{
	set_up();
	put_process(1, getpid(), 1, getpid(), 4);
	query.adopter = getpid();
	put_process(2, CHILD, getpid(), CHILD, 6);
	put_process(3, FAR, getpid(), FAR, 6);
	put_process(4, OTHER, getpid(), OTHER, 6);
	put_process(5, MEMBER, FAR, MEMBER, 6);
	CHECK(scan() == 0 && nfound == 4, "all");
	query.spared = FAR;
	query.monitor = OTHER;
	CHECK(scan() == 0 && nfound == 1 && is_found(0, CHILD, 0), "spared");
}

static void
test_closed(void)
{
	set_up();
	process[0].ppid = getpid();
	put_process(1, getpid(), 1, getpid(), 4);
	query.adopter = getpid();
	query.spared = FAR;
	query.closed = 1;
	put_process(2, CHILD, LEADER, LEADER, 6);
	put_process(3, FAR, getpid(), FAR, 6);
	put_process(4, OTHER, 1, OTHER, 6);
	ENV(4, LINEAGE);
	put_process(5, MEMBER, FAR, MEMBER, 6);
	CHECK(scan() == 0 && nfound == 2 && is_found(0, LEADER, 0) &&
	    is_found(1, CHILD, 0) && environs == 0, "below");
	children_error = ENOSYS;
	CHECK(scan() == 0 && nfound == 1 && is_found(0, OTHER, 0), "all");
	children_error = 0;
	process[2].info_error = EPERM;
	CHECK(scan() == 0 && memory.hidden && nfound == 1 &&
	    is_found(0, OTHER, 0), "one is hidden");
	process[2].info_error = 0;
	CHECK(scan() == 0 && nfound == 1, "it stays so");
}

/* --- what is missed ------------------------------------------------------------- */

static void
vanish(const char *call, pid_t pid)
{
	count_calls(call, pid);
	if (strcmp(call, "info") == 0 && pid == CHILD)
		process[2].start = 0;
}

static void
vanish_at_children(const char *call, pid_t pid)
{
	count_calls(call, pid);
	if (strcmp(call, "children") == 0 && pid == CHILD)
		process[2].start = 0;
}

static void
test_vanished(void)
{
	set_up();
	put_process(2, CHILD, LEADER, CHILD, 6);
	happens = vanish;
	CHECK(scan() == 1 && nfound == 0 && memory.vanished == 0, "vanished");
	set_up();
	query.adopter = getpid();
	query.closed = 1;
	put_process(1, getpid(), 1, getpid(), 4);
	put_process(2, CHILD, getpid(), CHILD, 6);
	happens = vanish_at_children;
	CHECK(scan() == 2 && nfound == 0 && memory.vanished == 1,
	    "it vanished, and so may have its child");
	happens = count_calls;
	CHECK(scan() == 0 && memory.vanished == 0, "the next scan");
	set_up();
	put_process(2, CHILD, LEADER, CHILD, 6);
	process[2].info_error = EACCES;
	CHECK(scan() == 0 && nfound == 0 && !memory.hidden, "denied");
	process[2].info_error = EIO;
	CHECK(scan() == -1 && errno == EIO, "error");
}

static void
test_zombies(void)
{
	set_up();
	put_process(2, CHILD, LEADER, CHILD, 6);
	process[2].state = PROC_DEAD;
	newest = 0;		/* so that no stranger is kept */
	CHECK(scan() == 1 && nfound == 0, "new");
	memory.strangers.set.n = memory.strangers.set.sorted = 0;
	CHECK(scan() == 0, "old");
	process[2].start = 7;
	memory.strangers.set.n = memory.strangers.set.sorted = 0;
	CHECK(scan() == 1, "another");
	set_up();
	query.adopter = getpid();
	put_process(2, CHILD, LEADER, CHILD, 6);
	process[2].state = PROC_DEAD;
	CHECK(scan() == 0, "of no known process");
	newest = OTHER;
	CHECK(scan() == 0 && scan() == 0 && infos == 1,
	    "it is not looked at again");
	set_up();
	query.adopter = getpid();
	put_process(2, CHILD, getpid(), CHILD, 6);
	process[2].state = PROC_DEAD;
	CHECK(scan() == 1, "of the adopter");
	set_up();
	query.adopter = getpid();
	query.known = (struct escapee_known[]){ { LEADER, 0 } };
	query.nknown = 1;
	put_process(2, CHILD, LEADER, CHILD, 6);
	process[2].state = PROC_DEAD;
	CHECK(scan() == 1, "of a known process");
}

static void
test_parents(void)
{
	set_up();
	put_process(2, CHILD, GONE, CHILD, 6);
	CHECK(scan() == 1 && nfound == 0, "its parent is gone");
	put_process(3, FAR, CHILD, FAR, 6);
	CHECK(scan() == 2, "that of its parent is gone");
	kill_error = EPERM;
	CHECK(scan() == 0, "its parent is hidden");
	set_up();
	put_process(2, CHILD, FAR, CHILD, 6);
	put_process(3, FAR, 1, FAR, 6);
	process[3].info_error = EPERM;
	CHECK(scan() == 1 && nfound == 0, "its parent cannot be read");
	set_up();
	put_process(2, CHILD, 1, CHILD, 6);
	CHECK(scan() == 0, "a child of process 1");
	put_process(3, FAR, CHILD, FAR, 7);
	CHECK(scan() == 0 && nfound == 0, "a child of a stranger");
	CHECK(memory.strangers.set.n >= 1, "strangers");
}

static void
test_environ(void)
{
	static const struct {
		int	error, adopter, missed;
	} table[] = {
		{ EIO, 0, 1 }, { EACCES, 0, 0 }, { EPERM, 0, 0 },
		{ ENOSYS, 0, 0 }, { ESRCH, 0, 1 }, { ESRCH, 1, 1 }
	};
	size_t i;

	for (i = 0; i < COUNT(table); i++) {
		set_up();
		query.adopter = table[i].adopter ? getpid() : 0;
		put_process(2, CHILD, 1, CHILD, 6);
		process[2].env_error = table[i].error;
		CHECK(scan() == table[i].missed && nfound == 0, "environ");
	}
}

static void
die_at_environ(const char *call, pid_t pid)
{
	if (strcmp(call, "environ") == 0 && pid == CHILD)
		process[2].state = PROC_DEAD;
}

static int	changes;

/* The PID is given to another process just before the report. */
static void
change(const char *call, pid_t pid)
{
	if (strcmp(call, "ref") != 0 || pid != CHILD)
		return;
	if (changes == 0)
		process[2].start++;
	else if (changes == 1)
		process[2].pgid = LEADER;
	else if (changes == 2)
		process[2].state = PROC_DEAD;
	else if (changes == 3)
		process[2].info_error = EIO;
}

static void
test_changed(void)
{
	int before = open_files();

	set_up();
	query.adopter = getpid();
	put_process(2, CHILD, 1, CHILD, 6);
	process[2].env_error = ESRCH;
	happens = die_at_environ;
	CHECK(scan() == 0, "it died since");
	set_up();
	put_process(2, CHILD, 1, CHILD, 6);
	process[2].env_error = ESRCH;
	happens = die_at_environ;
	CHECK(scan() == 1, "it may have left a child");
	for (changes = 0; changes < 5; changes++) {
		set_up();
		ref_error = changes % 2 ? ENOSYS : 0;
		put_process(2, CHILD, LEADER, CHILD, 6);
		happens = change;
		CHECK(scan() == (changes < 4) && nfound == (changes == 4) &&
		    memory.vanished == (changes < 4), "changed");
	}
	CHECK(open_files() == before, "a descriptor is left open");
}

static void
begin_anew(const char *call, pid_t pid)
{
	(void)pid;
	if (strcmp(call, "listed") == 0)
		newest = 10;
}

static void
test_torn(void)
{
	set_up();
	newest = 1000;
	happens = begin_anew;
	CHECK(scan() == 1, "numbers began anew");
	CHECK(scan() == 0, "they did not");
	newest = 10;
	CHECK(memory.scanned_once && memory.oldest == 5, "oldest");
}

static void
test_many(void)
{
	struct survey s = { .h = &query };
	struct procinfo info;
	pid_t i;

	memset(&info, 0, sizeof info);
	for (i = 1000; i > 0; i--) {
		info.pid = i;
		CHECK(append(&s, &info) == 0, "append");
		CHECK(i % 100 != 0 || append(&s, &info) == 0, "twice");
	}
	sort(&s);
	CHECK(s.n == 1000 && s.v[0].pid == 1 && s.v[999].pid == 1000 &&
	    find(&s, 500)->pid == 500 && find(&s, 1001) == NULL &&
	    s.v[0].spared && !s.v[1].spared, "sorted");
	free(s.v);
}

int
main(int argc, char *argv[])
{
	static const struct part part[] = {
		{ "descent", test_descent },
		{ "lineage", test_lineage },
		{ "two_leaders", test_two_leaders },
		{ "numbers", test_numbers },
		{ "alone", test_alone },
		{ "memory", test_memory },
		{ "session", test_session },
		{ "known", test_known },
		{ "spared", test_spared },
		{ "adopter", test_adopter },
		{ "closed", test_closed },
		{ "vanished", test_vanished },
		{ "zombies", test_zombies },
		{ "parents", test_parents },
		{ "environ", test_environ },
		{ "changed", test_changed },
		{ "torn", test_torn },
		{ "many", test_many },
	};

	alarm(60);
	return check_parts(part, COUNT(part), argc > 1 ? argv[1] : NULL);
}
