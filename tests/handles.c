/*
 * handles [part]
 *
 * Checks handle.c on a system that fakes.h makes up; see check.h.
 */
#include "config.h"

#include <sys/types.h>

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdint.h>
#include <unistd.h>

#include "fakes.h"
#define os_signal	fake_signal
#define os_signal_group	fake_signal_group
#define os_boot		fake_boot
#define os_namespace	fake_namespace

int	fake_signal(int, int);
int	fake_signal_group(int, int);
int	fake_boot(char *, size_t);
int	fake_namespace(char *, size_t);

#include "proc/proctable.c"
#undef TRIES
#include "proc/handle.c"

#include "check.h"
#include "openfiles.h"

static int	signal_error, signals, scope_error;

int
fake_signal(int ref, int sig)
{
	(void)ref, (void)sig;
	signals++;
	return signal_error == 0 ? 0 : (errno = signal_error, -1);
}

int
fake_signal_group(int ref, int sig)
{
	return fake_signal(ref, sig);
}

int
fake_boot(char *buf, size_t size)
{
	snprintf(buf, size, "boot");
	return scope_error == 1 ? (errno = EIO, -1) : 0;
}

int
fake_namespace(char *buf, size_t size)
{
	snprintf(buf, size, "ns");
	return scope_error == 2 ? (errno = EACCES, -1) : 0;
}

/* --- the text of a handle -------------------------------------------------- */

static void
test_parse(void)
{
	static const struct {
		const char	*text;
		int		 error;
		struct handle	 id;
	} table[] = {
		{ "1", 0, { 1, HANDLE_BARE, 0 } },
		{ "42:-", 0, { 42, HANDLE_KEYLESS, 0 } },
		{ "42:7", 0, { 42, HANDLE_KEYED, 7 } },
		{ "42:0", 0, { 42, HANDLE_KEYED, 0 } },
		{ "2147483647:18446744073709551615", 0,
		    { INT_MAX, HANDLE_KEYED, UINT64_MAX } },
		{ "0", EINVAL, { 0 } },
		{ "0:7", EINVAL, { 0 } },
		{ "", EINVAL, { 0 } },
		{ ":7", EINVAL, { 0 } },
		{ "42:", EINVAL, { 0 } },
		{ "42:--", EINVAL, { 0 } },
		{ "42:7:7", EINVAL, { 0 } },
		{ "42x", EINVAL, { 0 } },
		{ "2147483648", ERANGE, { 0 } },
		{ "42:18446744073709551616", ERANGE, { 0 } }
	};
	size_t i;

	for (i = 0; i < COUNT(table); i++) {
		struct handle id = { 9, HANDLE_KEYED, 9 };
		char text[HANDLE_TEXT];
		int result;

		errno = 0;
		result = handle_parse(&id, table[i].text);
		CHECK(result == (table[i].error == 0 ? 0 : -1) &&
		    errno == table[i].error, table[i].text);
		if (table[i].error != 0)
			continue;
		CHECK(id.pid == table[i].id.pid &&
		    id.kind == table[i].id.kind && id.key == table[i].id.key,
		    table[i].text);
		memset(text, 'x', sizeof text);
		CHECK(handle_format(&id, 0, text) == text &&
		    strcmp(text, table[i].text) == 0, text);
	}
}

static void
test_format(void)
{
	const struct handle keyed = { 42, HANDLE_KEYED, 7 };
	const struct handle keyless = { 42, HANDLE_KEYLESS, 0 };
	char text[HANDLE_TEXT], guarded[3 * HANDLE_TEXT];
	size_t i;

	memset(guarded, 'x', sizeof guarded);
	handle_format(&keyed, 0, guarded + HANDLE_TEXT);
	for (i = 0; i < HANDLE_TEXT; i++)
		CHECK(guarded[i] == 'x' && guarded[2 * HANDLE_TEXT + i] == 'x',
		    "it writes elsewhere");
	CHECK(strcmp(handle_format(&keyed, 1, text), "42") == 0, "keyed");
	CHECK(strcmp(handle_format(&keyless, 1, text), "42") == 0, "keyless");
}

static void
test_equal(void)
{
	const struct handle a = { 42, HANDLE_KEYED, 7 }, b = { 43, HANDLE_KEYED, 7 };
	const struct handle c = { 42, HANDLE_KEYED, 8 }, d = { 42, HANDLE_BARE, 7 };
	const struct handle e = { 42, HANDLE_BARE, 8 };

	CHECK(handle_equal(&a, &a) && !handle_equal(&a, &b) &&
	    !handle_equal(&a, &c) && !handle_equal(&a, &d) &&
	    handle_equal(&d, &e), "equal");
}

static void
test_next(void)
{
	static const char text[] = "0 1:2  x 3:- "
	    "00000000000000000000000000000000000000000000001 "
	    "000000000000000000000000000000000000000000000001 5";
	const char *p = text, *end = text + strlen(text);
	struct handle id;

	CHECK(handle_next(&p, end, &id) && id.pid == 1 && id.key == 2, "1:2");
	CHECK(handle_next(&p, end, &id) && id.pid == 3, "3:-");
	CHECK(handle_next(&p, end, &id) && id.pid == 1, "as long as can be");
	CHECK(handle_next(&p, end, &id) && id.pid == 5 && p == end, "last");
	CHECK(!handle_next(&p, end, &id), "end");
	p = "100000000000000000000000000000000000000000000001 6";
	end = p + 48;
	CHECK(!handle_next(&p, end, &id) && p == end, "too long");
	p = "6 7";
	CHECK(handle_next(&p, p + 1, &id) && id.pid == 6 && *p == ' ', "cut");
}

/* --- the handle of a process ----------------------------------------------- */

static void
test_get(void)
{
	struct handle id;

	begin(NULL);
	put_process(0, LEADER, 1, LEADER, 5);
	CHECK(handle_get(&id, LEADER, -1) == 0 && id.pid == LEADER &&
	    id.kind == HANDLE_KEYED && id.key == 5, "keyed");
	CHECK(handle_get(&id, OTHER, -1) == -1 && errno == ESRCH, "none");
	key_error = EACCES;
	CHECK(handle_get(&id, LEADER, -1) == -1 && errno == EACCES, "denied");
	key_error = ENOSYS;
	CHECK(handle_get(&id, LEADER, -1) == 0 && id.kind == HANDLE_KEYLESS &&
	    id.key == 0, "keyless");
	CHECK(handle_get(&id, OTHER, -1) == -1 && errno == ESRCH,
	    "none, keyless");
	kill_error = EPERM;
	CHECK(handle_get(&id, LEADER, -1) == 0, "of another user");
}

static void
test_open(void)
{
	static const int fatal[] = { EMFILE, ENFILE, ENOMEM };
	struct handle id;
	int ref, before;
	size_t i;

	begin(NULL);
	put_process(0, LEADER, 1, LEADER, 5);
	before = open_files();
	CHECK(handle_open(&id, LEADER, &ref) == 0 && ref == -1, "no ref");
	for (i = 0; i < COUNT(fatal); i++) {
		ref_error = fatal[i];
		CHECK(handle_open(&id, LEADER, &ref) == -1 &&
		    errno == fatal[i] && ref == -1, "a lack is no error");
	}
	ref_error = 0;
	key_of_ref = 2;
	CHECK(handle_open(&id, LEADER, &ref) == 0 && ref != -1 && id.key == 7,
	    "ref");
	close(ref);
	key_error = EACCES;
	CHECK(handle_open(&id, LEADER, &ref) == -1 && errno == EACCES &&
	    ref == -1, "no key");
	CHECK(handle_own(&id) == -1 && errno == EACCES, "own, no key");
	key_error = 0;
	put_process(1, getpid(), 1, getpid(), 11);
	CHECK(handle_own(&id) == 0 && id.pid == getpid() && id.key == 13,
	    "own");
	CHECK(open_files() == before, "a descriptor is left open");
}

/* --- the handle of a group ------------------------------------------------- */

static void
test_lineage(void)
{
	static const char block[] = "A=1:1\0PGSPAWN_ID=1:1 5:5\0PGSPAWN_ID=6:6";
	const struct handle five = { 5, HANDLE_KEYED, 5 };
	const struct handle six = { 6, HANDLE_KEYED, 6 };
	const struct handle wrong = { 5, HANDLE_KEYED, 6 };
	const struct handle bare = { 5, HANDLE_BARE, 0 };
	const struct handle keyless = { 1, HANDLE_KEYLESS, 0 };
	const struct handle other = { 7, HANDLE_BARE, 0 };

	CHECK(handle_in_lineage(&five, block, sizeof block) &&
	    handle_in_lineage(&six, block, sizeof block) &&
	    handle_in_lineage(&bare, block, sizeof block) &&
	    handle_in_lineage(&keyless, block, sizeof block), "in");
	CHECK(!handle_in_lineage(&wrong, block, sizeof block) &&
	    !handle_in_lineage(&other, block, sizeof block), "not in");
}

static void
test_group(void)
{
	struct proctable table = { 0 };
	struct handle id;
	int before = open_files();

	begin(NULL);
	CHECK(handle_group(&id, LEADER, NULL) == -1 && errno == ESRCH, "none");
	put_process(0, LEADER, 1, LEADER, 5);
	errno = ESRCH;		/* of an earlier call */
	CHECK(handle_group(&id, LEADER, NULL) == 0 && id.key == 5, "leader");
	ref_error = EMFILE;
	CHECK(handle_group(&id, LEADER, NULL) == -1 && errno == EMFILE, "lack");
	ref_error = 0;
	CHECK(handle_group(&id, LEADER, NULL) == 0 && id.key == 5, "ref");
	CHECK(open_files() == before, "a descriptor is left open");
	put_process(0, OTHER, 1, OTHER, 1);
	ENV(0, "PGSPAWN_ID=50000000:1");
	put_process(1, MEMBER, 1, LEADER, 6);
	put_process(2, CHILD, 1, LEADER, 7);
	ENV(2, "PGSPAWN_ID=50000000:3 50000000:4 9:9");
	CHECK(handle_group(&id, LEADER, NULL) == 0 && id.pid == LEADER &&
	    id.kind == HANDLE_KEYLESS && id.key == 0, "no table");
	CHECK(proctable_read(&table) == 0, "table");
	id.key = 1;
	CHECK(handle_group(&id, LEADER, &table) == 0 && id.pid == LEADER &&
	    id.kind == HANDLE_KEYED && id.key == 4, "of a member");
	ENV(1, "PGSPAWN_ID=50000000:8");
	CHECK(handle_group(&id, LEADER, &table) == 0 && id.key == 8,
	    "of the first member that has one");
	table.row[0] = table.row[1];
	table.n = 1;
	CHECK(handle_group(&id, LEADER, &table) == 0 && id.key == 8,
	    "of the first row");
	table.n = 0;
	CHECK(handle_group(&id, LEADER, &table) == 0 &&
	    id.kind == HANDLE_KEYLESS, "no member is shown");
	table.n = 3;
	ENV(1, "X=");
	ENV(2, "PGSPAWN_ID=000000000000000000000000000000000000050000000:9");
	CHECK(handle_group(&id, LEADER, &table) == 0 && id.key == 9,
	    "as long as can be");
	ENV(1, "X=");
	ENV(2, "PGSPAWN_ID=7:7");
	CHECK(handle_group(&id, LEADER, &table) == 0 &&
	    id.kind == HANDLE_KEYLESS, "of no member");
	proctable_free(&table);
}

/* --- verdicts --------------------------------------------------------------- */

static int	has_ref;

static int
verdict_on(enum handle_kind kind, uint64_t key)
{
	const struct handle id = { LEADER, kind, key };
	int ref, before = open_files(), verdict, kept;

	errno = ESRCH;		/* of an earlier call */
	verdict = handle_verify(&id, NULL, &ref);
	kept = ref != -1;
	if (kept)
		close(ref);
	CHECK(open_files() == before, "a descriptor is left open");
	CHECK(verdict == HANDLE_VERIFIED || !kept, "a descriptor is given");
	has_ref = kept;
	return verdict;
}

static void
test_leader(void)
{
	static const int errors[] = { ENOSYS, 0 };
	size_t i;

	for (i = 0; i < COUNT(errors); i++) {
		begin(NULL);
		ref_error = errors[i];
		CHECK(verdict_on(HANDLE_KEYED, 5) == HANDLE_GONE, "none");
		put_process(0, LEADER, 1, LEADER, 5);
		CHECK(verdict_on(HANDLE_KEYED, 5) == HANDLE_VERIFIED &&
		    has_ref == (ref_error == 0), "keyed");
		CHECK(verdict_on(HANDLE_KEYED, 6) == HANDLE_GONE, "other");
		CHECK(verdict_on(HANDLE_KEYLESS, 0) == HANDLE_GONE, "keyless");
		CHECK(verdict_on(HANDLE_BARE, 0) == HANDLE_VERIFIED &&
		    has_ref == (ref_error == 0), "bare");
		key_error = EACCES;
		CHECK(verdict_on(HANDLE_BARE, 0) == HANDLE_VERIFIED &&
		    has_ref == (ref_error == 0), "bare, without its key");
		key_error = ENOSYS;
		CHECK(verdict_on(HANDLE_KEYLESS, 0) == HANDLE_VERIFIED &&
		    has_ref == (ref_error == 0) &&
		    verdict_on(HANDLE_BARE, 0) == HANDLE_VERIFIED, "no keys");
		CHECK(verdict_on(HANDLE_KEYED, 5) == HANDLE_UNVERIFIABLE,
		    "a key where there are none");
	}
}

/* In a sandbox another key is read, or none. */
static void
test_sandbox(void)
{
	begin(NULL);
	ref_error = 0;
	put_process(0, LEADER, 1, LEADER, 5);
	ENV(0, "PGSPAWN_ID=50000000:5");
	key_of_ref = 2;
	CHECK(verdict_on(HANDLE_KEYED, 7) == HANDLE_VERIFIED, "of the ref");
	CHECK(verdict_on(HANDLE_KEYED, 6) == HANDLE_GONE, "of another");
	CHECK(verdict_on(HANDLE_KEYED, 5) == HANDLE_VERIFIED, "lesser key");
	ENV(0, "PGSPAWN_ID=50000000:6");
	CHECK(verdict_on(HANDLE_KEYED, 5) == HANDLE_UNVERIFIABLE,
	    "a lesser key alone");
	key_proves = 0;
	CHECK(verdict_on(HANDLE_KEYED, 6) == HANDLE_VERIFIED, "no proof");
	CHECK(verdict_on(HANDLE_KEYED, 4) == HANDLE_UNVERIFIABLE,
	    "no proof, no lineage");
	key_error = EPERM;
	CHECK(verdict_on(HANDLE_KEYED, 6) == HANDLE_VERIFIED && !has_ref,
	    "no key");
}

static void
test_leaderless(void)
{
	struct proctable table = { 0 };
	const struct handle id = { LEADER, HANDLE_KEYED, 5 };
	int ref;

	begin(NULL);
	put_process(1, MEMBER, 1, LEADER, 6);
	CHECK(verdict_on(HANDLE_BARE, 0) == HANDLE_VERIFIED, "bare");
	CHECK(verdict_on(HANDLE_KEYLESS, 0) == HANDLE_VERIFIED, "keyless");
	CHECK(verdict_on(HANDLE_KEYED, 5) == HANDLE_UNVERIFIABLE, "no lineage");
	put_process(2, CHILD, 1, LEADER, 7);
	ENV(2, "PGSPAWN_ID=50000000:5");
	CHECK(verdict_on(HANDLE_KEYED, 5) == HANDLE_VERIFIED, "one is enough");
	CHECK(verdict_on(HANDLE_KEYED, 6) == HANDLE_UNVERIFIABLE, "other key");
	put_process(2, CHILD, 1, OTHER, 7);
	ENV(2, "PGSPAWN_ID=50000000:5");
	CHECK(verdict_on(HANDLE_KEYED, 5) == HANDLE_UNVERIFIABLE,
	    "of another group");
	/* The table is used as it is. */
	CHECK(proctable_read(&table) == 0, "table");
	put_process(3, OTHER, 1, LEADER, 8);
	ENV(3, "PGSPAWN_ID=50000000:5");
	CHECK(handle_verify(&id, &table, &ref) == HANDLE_UNVERIFIABLE,
	    "the table is not used");
	table.missed = 1;
	process[1].env_error = EIO;
	CHECK(handle_verify(&id, &table, &ref) == HANDLE_VERIFIED,
	    "a table that misses a process settles it");
	CHECK(proctable_read(&table) == 0, "table");
	table.missed = 1;
	lists = 0;
	CHECK(handle_verify(&id, &table, &ref) == HANDLE_VERIFIED &&
	    lists == 0, "a member that is found settles it");
	proctable_free(&table);
}

/* A member whose lineage cannot be read; or it vanishes, and leaves a child. */
static void
test_lineage_unread(void)
{
	begin(NULL);
	put_process(1, MEMBER, 1, LEADER, 6);
	process[1].env_error = EACCES;
	CHECK(verdict_on(HANDLE_KEYED, 5) == HANDLE_UNVERIFIABLE && lists == 1,
	    "denied");
	process[1].env_error = ESRCH;
	lists = 0;
	CHECK(verdict_on(HANDLE_KEYED, 5) == HANDLE_UNVERIFIABLE && lists > 2,
	    "it vanishes each time");
}

/* kill(-1, 0) is about every process, and tells nothing of group 1. */
static void
test_group_one(void)
{
	const struct handle id = { 1, HANDLE_KEYED, 5 };
	int ref;

	begin(NULL);
	CHECK(handle_verify(&id, NULL, &ref) == HANDLE_UNVERIFIABLE, "group 1");
}

/* A dead member may have left a child: the second snapshot would have it. */
static void
test_dead_members(void)
{
	begin(NULL);
	put_process(1, MEMBER, 1, LEADER, 6);
	process[1].state = PROC_DEAD;
	lists = 0;
	CHECK(verdict_on(HANDLE_KEYED, 5) == HANDLE_GONE && lists == 2,
	    "two snapshots");
	memset(process, 0, sizeof process);
	kill_error = EPERM;
	CHECK(verdict_on(HANDLE_KEYED, 5) == HANDLE_UNVERIFIABLE,
	    "the members are hidden");
	lists = 0;
	list_error = ENOSYS;
	CHECK(verdict_on(HANDLE_KEYED, 5) == -1 && lists == 1, "no table");
	CHECK(verdict_on(HANDLE_KEYLESS, 0) == HANDLE_VERIFIED,
	    "no table, no keys");
	list_error = EXDEV;
	CHECK(verdict_on(HANDLE_KEYLESS, 0) == -1, "the table of others");
}

/* --- signals ---------------------------------------------------------------- */

static void
test_signal(void)
{
	static const int fallback[] = { ENOSYS, EPERM, EINVAL };
	size_t i;
	pid_t pid;

	begin(NULL);
	put_process(0, LEADER, 1, LEADER, 5);
	for (pid = -1; pid < 2; pid++) {
		CHECK(handle_signal(pid, 3, 0) == -1 && errno == EINVAL, "pid");
		CHECK(handle_signal_group(pid, 3, 0) == -1 && errno == EINVAL,
		    "pgid");
	}
	CHECK(signals == 0, "signalled");
	CHECK(handle_signal(2, -1, 0) == -1 && errno == ESRCH && signals == 0,
	    "by number");
	CHECK(handle_signal(LEADER, -1, 0) == 0, "by number");
	CHECK(handle_signal(OTHER, 0, 0) == 0 && signals == 1, "by ref 0");
	CHECK(handle_signal_group(2, -1, 0) == -1 && errno == ENOSYS, "no ref");
	CHECK(handle_signal_group(2, 0, 0) == 0 && signals == 2, "by ref 0");
	for (i = 0; i < COUNT(fallback); i++) {
		signal_error = fallback[i];
		CHECK(handle_signal(LEADER, 3, 0) == 0, "no fall-back");
		CHECK(handle_signal_group(LEADER, 3, 0) == -1 &&
		    errno == ENOSYS, "no fall-back of a group");
	}
	signal_error = ESRCH;
	CHECK(handle_signal(LEADER, 3, 0) == -1 && errno == ESRCH &&
	    handle_signal(LEADER, 0, 0) == -1 && errno == ESRCH, "gone");
	CHECK(handle_signal_group(LEADER, 3, 0) == -1 && errno == ESRCH,
	    "gone");
}

static void
test_scope(void)
{
	struct handle_scope scope;

	CHECK(handle_scope(&scope) == 0 && strcmp(scope.boot, "boot") == 0 &&
	    strcmp(scope.pidns, "ns") == 0, "scope");
	scope_error = 1;
	CHECK(handle_scope(&scope) == -1 && errno == EIO, "boot");
	scope_error = 2;
	CHECK(handle_scope(&scope) == -1 && errno == EACCES, "namespace");
}

int
main(int argc, char *argv[])
{
	static const struct part part[] = {
		{ "parse", test_parse },
		{ "format", test_format },
		{ "equal", test_equal },
		{ "next", test_next },
		{ "get", test_get },
		{ "open", test_open },
		{ "lineage", test_lineage },
		{ "group", test_group },
		{ "leader", test_leader },
		{ "sandbox", test_sandbox },
		{ "leaderless", test_leaderless },
		{ "lineage_unread", test_lineage_unread },
		{ "group_one", test_group_one },
		{ "dead_members", test_dead_members },
		{ "signal", test_signal },
		{ "scope", test_scope },
	};

	alarm(60);
	return check_parts(part, COUNT(part), argc > 1 ? argv[1] : NULL);
}
