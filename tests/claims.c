/*
 * claims [part]
 *
 * Checks claim.c with services whose state is made up; see check.h. It makes
 * and removes files in the current directory.
 */
#include "config.h"

#include <sys/stat.h>
#include <sys/types.h>

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "fakes.h"
#define service_look		fake_look
#define service_state_of	fake_state_of

#include "service/recorddir.h"
#include "service/claim.c"

#include "check.h"
#include "openfiles.h"

static enum service_state	seen[4];	/* at each look; the last repeats */
static int	looks, is_known, holder_runs, dir;
static struct record	recorded;

void
fake_look(int folder, struct service *list, size_t n)
{
	size_t i = looks < 3 ? (size_t)looks : 3;

	CHECK(folder == dir && n == 1, "looks");
	looks++;
	list->state = seen[i];
	list->known = is_known;
	list->error = EPERM;
	list->record = recorded;
}

enum service_state
fake_state_of(const struct handle *id, const struct proctable *table)
{
	(void)id;
	CHECK(table == NULL, "table");
	errno = ESRCH;
	return holder_runs ? SERVICE_RUNNING : SERVICE_STALE;
}

static void
see(enum service_state a, enum service_state b, enum service_state c)
{
	seen[0] = a;
	seen[1] = b;
	seen[2] = seen[3] = c;
	looks = 0;
}

static int
exists(const char *path)
{
	struct stat st;

	return fstatat(dir, path, &st, 0) == 0;
}

static void
clear(void)
{
	unlinkat(dir, "service/record", 0);
	unlinkat(dir, "service/pid", 0);
	unlinkat(dir, "service/lock", 0);
	unlinkat(dir, "service", AT_REMOVEDIR);
}

static struct record
mine(void)
{
	struct record r;

	memset(&r, 0, sizeof r);
	r.id.pid = r.pgid = r.sid = getpid();
	r.id.kind = HANDLE_KEYED;
	r.id.key = 7;
	r.uid = geteuid();
	snprintf(r.scope.boot, sizeof r.scope.boot, "boot");
	snprintf(r.scope.pidns, sizeof r.scope.pidns, "ns");
	snprintf(r.command, sizeof r.command, "command");
	return r;
}

/* Take the service; the errno, or 0.  On success the record has to be right. */
static int
take(const struct record *r)
{
	struct record written;
	struct service s;
	struct handle holder;
	int fd, lock, second, before = open_files(), result;

	service_name(&s, "service");
	errno = 0;
	lock = claim_take(dir, &s, r, &fd);
	result = errno;
	if (lock == -1) {
		CHECK(open_files() == before, "a descriptor is left open");
		return result == 0 ? -1 : result;
	}
	CHECK(record_read(fd, &written) == 0 &&
	    handle_equal(&written.id, &r->id), "record");
	CHECK(recorddir_read_holder(dir, s.folder, &holder) == 0 &&
	    handle_equal(&holder, &r->id), "holder");
	CHECK(recorddir_lock(dir, s.folder, 0, &second) == -1 &&
	    errno == EWOULDBLOCK, "the lock is free");
	close(lock);
	close(fd);
	return 0;
}

static void
test_take(void)
{
	static const struct {
		enum service_state	first, second, third;
		int			error, looks;
	} table[] = {
		{ SERVICE_MISSING, SERVICE_MISSING, SERVICE_MISSING, 0, 2 },
		{ SERVICE_STALE, SERVICE_STALE, SERVICE_STALE, 0, 3 },
		{ SERVICE_UNSAFE, 0, 0, EPERM, 1 },
		{ SERVICE_RUNNING, 0, 0, EEXIST, 1 },
		{ SERVICE_LEADERLESS, 0, 0, EEXIST, 1 },
		{ SERVICE_UNVERIFIABLE, 0, 0, EEXIST, 1 },
		{ SERVICE_MISSING, SERVICE_RUNNING, 0, EEXIST, 2 },
		{ SERVICE_STALE, SERVICE_UNSAFE, 0, EPERM, 2 },
		{ SERVICE_STALE, SERVICE_STALE, SERVICE_LEADERLESS, EEXIST, 3 }
	};
	struct record r = mine();
	size_t i;

	begin(NULL);
	/* The recorded group still has a member. */
	put_process(1, MEMBER, 1, LEADER, 2);
	memset(&recorded, 0, sizeof recorded);
	recorded.pgid = LEADER;
	is_known = 1;
	for (i = 0; i < COUNT(table); i++) {
		see(table[i].first, table[i].second, table[i].third);
		CHECK(take(&r) == table[i].error, "take");
		CHECK(looks == table[i].looks, "looks");
		CHECK(exists("service/record") == (table[i].error == 0),
		    "record");
		clear();
	}
	/* Without that member, or a record, two looks are enough. */
	put_process(1, MEMBER, 1, OTHER, 2);
	see(SERVICE_STALE, SERVICE_STALE, SERVICE_LEADERLESS);
	CHECK(take(&r) == 0 && looks == 2, "the group has vanished");
	clear();
	kill_error = EPERM;
	see(SERVICE_STALE, SERVICE_STALE, SERVICE_LEADERLESS);
	CHECK(take(&r) == EEXIST && looks == 3, "the group may be another's");
	kill_error = 0;
	put_process(1, MEMBER, 1, LEADER, 2);
	is_known = 0;
	see(SERVICE_STALE, SERVICE_STALE, SERVICE_LEADERLESS);
	CHECK(take(&r) == 0 && looks == 2, "no group is known");
	clear();
}

/* The process of the record may write it again. */
static void
test_again(void)
{
	struct record r = mine(), other = mine();

	begin(NULL);
	recorded = r;
	is_known = 1;
	see(SERVICE_RUNNING, SERVICE_RUNNING, SERVICE_RUNNING);
	CHECK(take(&r) == 0, "its own");
	recorded.id.key = 8;
	CHECK(take(&r) == EEXIST, "another key");
	other.id.pid = getppid();
	recorded = other;
	CHECK(take(&other) == EEXIST, "another process");
	recorded = r;
	see(SERVICE_LEADERLESS, SERVICE_LEADERLESS, SERVICE_LEADERLESS);
	CHECK(take(&r) == EEXIST, "without a leader");
	clear();
}

/* Another process holds the lock. */
static void
test_locked(void)
{
	static const struct {
		pid_t			pid;	/* 0: this process */
		enum handle_kind	kind;
		int			runs, known, waits;
	} table[] = {
		{ LEADER, HANDLE_KEYED, 1, 1, 0 },
		{ LEADER, HANDLE_BARE, 1, 1, 1 },
		{ LEADER, HANDLE_KEYED, 0, 0, 1 },
		{ 0, HANDLE_KEYED, 1, 0, 1 }
	};
	struct record r = mine();
	struct service s;
	long long before;
	size_t i;
	int lock, fd, none;

	begin(NULL);
	is_known = 0;
	see(SERVICE_MISSING, SERVICE_MISSING, SERVICE_MISSING);
	service_name(&s, "service");
	lock = recorddir_lock(dir, s.folder, 1, &fd);
	CHECK(lock != -1, "lock");
	for (i = 0; i < COUNT(table); i++) {
		struct handle holder = { table[i].pid, table[i].kind, 3 };

		if (holder.pid == 0)
			holder.pid = getpid();
		holder_runs = table[i].runs;
		CHECK(lseek(lock, 0, SEEK_SET) == 0 &&
		    recorddir_write_holder(lock, &holder) == 0, "holder");
		looks = 0;
		CHECK(claim_take(dir, &s, &r, &none) == -1 &&
		    errno == EWOULDBLOCK, "it is locked");
		CHECK(s.known == table[i].known, "known");
		CHECK(!s.known || s.record.id.pid == holder.pid, "holder");
		CHECK((looks > 1) == table[i].waits, "waits");
	}
	looks = 0;
	CHECK(claim_forget(dir, &s, 1, 0) == -1 && errno == EWOULDBLOCK,
	    "it forgets what is locked");
	before = deadline_now();
	CHECK(claim_forget(dir, &s, 1, 1) == -1 && errno == EWOULDBLOCK &&
	    deadline_now() - before >= WAIT, "it does not wait");
	close(lock);
	close(fd);
	clear();
}

static int
forget_it(int force, int wait)
{
	struct service s;
	int before = open_files(), result;

	service_name(&s, "service");
	errno = 0;
	result = claim_forget(dir, &s, force, wait) == 0 ? 0 : errno;
	CHECK(open_files() == before, "a descriptor is left open");
	return result;
}

/* Make the record, or the lock only. */
static void
make(int with_record)
{
	struct record r = mine();
	int fd, lock = recorddir_lock(dir, "service", 1, &fd);

	CHECK(lock != -1 && (!with_record || record_write(fd, &r) == 0), "make");
	close(lock);
	close(fd);
}

static void
test_forget(void)
{
	static const struct {
		enum service_state	state;
		int			force, error;
	} table[] = {
		{ SERVICE_STALE, 0, 0 },
		{ SERVICE_RUNNING, 0, EEXIST },
		{ SERVICE_RUNNING, 1, 0 },
		{ SERVICE_LEADERLESS, 0, EEXIST },
		{ SERVICE_LEADERLESS, 1, 0 },
		{ SERVICE_UNVERIFIABLE, 0, EEXIST },
		{ SERVICE_UNSAFE, 0, EPERM },
		{ SERVICE_MISSING, 0, ENOENT }
	};
	size_t i;

	begin(NULL);
	recorded = mine();
	is_known = 0;
	see(SERVICE_MISSING, SERVICE_MISSING, SERVICE_MISSING);
	CHECK(forget_it(0, 1) == ENOENT && !exists("service"), "nothing there");
	for (i = 0; i < COUNT(table); i++) {
		make(table[i].state != SERVICE_MISSING);
		see(table[i].state, table[i].state, table[i].state);
		CHECK(forget_it(table[i].force, 1) == table[i].error, "forget");
		CHECK(looks == 2, "looks");
		CHECK(exists("service") == (table[i].error != 0 &&
		    table[i].error != ENOENT), "folder");
		clear();
	}
	/* The first look saw a record: then the lock file is made. */
	CHECK(mkdirat(dir, "service", 0700) == 0, "mkdir");
	see(SERVICE_STALE, SERVICE_STALE, SERVICE_STALE);
	CHECK(forget_it(0, 1) == 0 && !exists("service"), "without a lock");
	make(0);
	CHECK(mkdirat(dir, "service/record", 0700) == 0, "mkdir");
	see(SERVICE_STALE, SERVICE_STALE, SERVICE_STALE);
	CHECK(forget_it(1, 0) != 0 && exists("service/record"), "it cannot");
	unlinkat(dir, "service/record", AT_REMOVEDIR);
	/* The service started before this process got the lock. */
	make(1);
	see(SERVICE_STALE, SERVICE_RUNNING, SERVICE_RUNNING);
	CHECK(forget_it(0, 0) == EEXIST && exists("service/record"), "runs");
	clear();
}

int
main(int argc, char *argv[])
{
	static const struct part part[] = {
		{ "take", test_take },
		{ "again", test_again },
		{ "locked", test_locked },
		{ "forget", test_forget },
	};

	alarm(60);
	dir = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return check_parts(part, COUNT(part), argc > 1 ? argv[1] : NULL);
}
