/*
 * moment [part]
 *
 * Shows parts of common/ a system in which something happens at one moment: a
 * process dies between a list and the look at it, its number is given to
 * another, a file is replaced before its lock is had. On a real system a test
 * would have to hit that moment. Says what was wrong, "LINE: what it found";
 * status 1 if anything was.
 */
#include "config.h"

#include <sys/file.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The files below ask fakes.h and these instead. */
#include "fakes.h"
#define service_look	fake_look
#define flock(fd, how)	fake_flock(fd, how)
#define openat		fake_openat
#define renameat	fake_renameat
#define write		fake_write

static int fake_flock(int, int);
int	fake_openat(int, const char *, int, ...);
int	fake_renameat(int, const char *, int, const char *);
ssize_t	fake_write(int, const void *, size_t);

#include "proc/proctable.c"
#include "proc/handle.c"
#include "service/recorddir.c"
#include "service/claim.c"
#include "service/want.c"
#undef RETRY
#include "io/output.c"

#undef flock
#undef openat
#undef renameat
#undef write

#include "group/escapee.h"
#include "group/pgwatch.h"
#include "job/reaper.h"
#include "scan/orphan.h"
#include "check.h"

/* --- pgwatch ------------------------------------------------------------- */

static void
leave_group(const char *call, pid_t pid)
{
	if (pid == MEMBER && strcmp(call, "ref") == 0)
		process[1].pgid = OTHER;
}

/* A process that left the group before it could be watched is no member. */
static void
test_pgwatch(void)
{
	const struct pgroup group = {
		{ .pid = LEADER, .kind = HANDLE_BARE }, -1
	};
	struct pgwatch w;

	begin(leave_group);
	put_process(0, LEADER, 1, LEADER, 1);
	put_process(1, MEMBER, LEADER, LEADER, 2);
	CHECK(pgwatch_open(&w, 1) == 0, "open");
	pgwatch_add(&w, &group);
	CHECK(pgwatch_scan(&w) > 0, "nothing was missed");
	CHECK(w.procs.n == 1 && w.procs.v[0].pid == LEADER,
	    "a process of another group is watched");
	pgwatch_close(&w);
}

/* --- proctable ----------------------------------------------------------- */

static void
begin_anew(const char *call, pid_t pid)
{
	(void)pid;
	if (strcmp(call, "listed") == 0)
		newest = 300;
}

static int
pass(pid_t pid, void *arg)
{
	(void)pid;
	++*(int *)arg;
	return 0;
}

/*
 * Numbers began anew during the snapshot, and are past where they were: what is
 * between does not hold all that were born.
 */
static void
test_proctable(void)
{
	struct proctable table = { 0 };
	int n = 0;

	begin(NULL);
	newest = 1000;
	put_process(0, LEADER, 1, LEADER, 1);
	CHECK(proctable_read(&table) == 0 && !table.torn, "read");
	newest = 1002;
	CHECK(proctable_revisit(&table, 1, pass, &n) == 1 && n == 3, "whole");
	happens = begin_anew;
	CHECK(proctable_read(&table) == 0 && table.torn, "torn");
	newest = 1003;
	CHECK(proctable_revisit(&table, 1, pass, &n) == 0,
	    "a torn snapshot counts as whole");
	proctable_free(&table);
}

/* --- handle -------------------------------------------------------------- */

/* The member dies after it was listed; its child has a PID that was visited. */
static void
leave_child(const char *call, pid_t pid)
{
	if (pid != MEMBER || strcmp(call, "getpgid") != 0)
		return;
	put_process(2, 0, 0, 0, 0);
	process[0] = (struct process){
		.pid = CHILD, .ppid = 1, .pgid = LEADER, .start = 3,
		.env = "PGSPAWN_ID=50000000:7", .len = 22
	};
}

static void
test_handle(void)
{
	const struct handle id = {
		.pid = LEADER, .kind = HANDLE_KEYED, .key = 7
	};
	int ref;

	begin(leave_child);
	put_process(2, MEMBER, 1, LEADER, 2);
	CHECK(handle_verify(&id, NULL, &ref) == HANDLE_VERIFIED && ref == -1,
	    "the child of a member that vanished is not found");
}

/* --- escapee ------------------------------------------------------------- */

static int	found;

static void
note_found(pid_t pid, int ref, size_t group, void *arg)
{
	(void)pid, (void)group, (void)arg;
	if (ref != -1)
		close(ref);
	found++;
}

static int
hold_none(size_t group, void *arg)
{
	(void)group, (void)arg;
	return 0;
}

static void
replace_child(const char *call, pid_t pid)
{
	if (pid == CHILD && strcmp(call, "ref") == 0)
		process[2].start = 9;
}

/* The PID is given to another process before a descriptor is open. */
static void
test_escapee(void)
{
	const struct handle id = { .pid = LEADER, .kind = HANDLE_BARE };
	const pid_t session = LEADER;
	const struct escapee_query h = {
		.group = &id, .n = 1, .session = &session,
		.holds = hold_none, .found = note_found
	};
	struct escapee_memory m;

	begin(NULL);
	put_process(2, CHILD, 1, CHILD, 3);
	process[2].sid = LEADER;
	memset(&m, 0, sizeof m);
	CHECK(escapee_scan(&h, &m) == 0 && found == 1, "it is not found");
	escapee_forget(&m);
	memset(&m, 0, sizeof m);
	happens = replace_child;
	CHECK(escapee_scan(&h, &m) > 0 && found == 1,
	    "another process of that number is reported");
	escapee_forget(&m);
}

/* --- orphan -------------------------------------------------------------- */

/* The parent dies when it is looked at, and the process with it. */
static void
replace_both(const char *call, pid_t pid)
{
	if (pid != MEMBER || strcmp(call, "info") != 0)
		return;
	put_process(1, MEMBER, 0, 0, 0);
	put_process(2, CHILD, 0, CHILD, 9);
}

static void
test_orphan(void)
{
	char name[] = "MARK";
	const struct marker marker = { .name = name };
	const struct handle id = { .pid = CHILD, .kind = HANDLE_BARE };
	struct orphan o = { .marker = &marker, .nmarkers = 1 };
	struct procinfo info;

	begin(NULL);
	put_process(1, MEMBER, 1, MEMBER, 2);
	put_process(2, CHILD, MEMBER, CHILD, 3);
	CHECK(proctable_info(CHILD, &info) == 0, "info");
	happens = replace_both;
	errno = 0;
	CHECK(orphan_state(&o, &info, &id, NULL) == -1 && errno == ESRCH,
	    "another process of that number is judged");
	orphan_free(&o);
}

/* --- pidcache ------------------------------------------------------------ */

static void
test_pidcache(void)
{
	struct pidcache m;

	begin(NULL);
	memset(&m, 0, sizeof m);
	newest = 100;
	pidcache_refresh(&m);
	pidcache_note(&m, 50);
	pidcache_note(&m, 150);		/* of the time before */
	pidcache_refresh(&m);
	CHECK(pidcache_has(&m, 50) && pidcache_has(&m, 150), "forgotten");
	newest = 200;
	pidcache_refresh(&m);
	CHECK(pidcache_has(&m, 50), "that is still the same");
	CHECK(!pidcache_has(&m, 150), "its number was given out again");
	newest = 20;
	pidcache_refresh(&m);
	CHECK(!pidcache_has(&m, 50), "numbers began anew");
	pidcache_free(&m);
}

/* --- recorddir ----------------------------------------------------------- */

static int	directory, opened, locked;

int
fake_openat(int fd, const char *path, int flags, ...)
{
	mode_t mode = 0;
	va_list ap;

	if ((flags & O_CREAT) != 0) {
		va_start(ap, flags);
		mode = (mode_t)va_arg(ap, int);
		va_end(ap);
	}
	/* The folder is removed once it is open. */
	if (opened-- > 0 && strcmp(path, "lock") == 0)
		unlinkat(directory, "service", AT_REMOVEDIR);
	return openat(fd, path, flags, mode);
}

/* The holder of the lock has removed its file, and another process made one. */
static int
fake_flock(int fd, int how)
{
	int other;

	if (locked-- > 0) {
		unlinkat(directory, "service/lock", 0);
		other = openat(directory, "service/lock", O_CREAT | O_RDWR |
		    O_CLOEXEC, 0600);
		close(other);
	}
	return flock(fd, how);
}

static int
is_called(int lock)
{
	struct stat a, b;

	return fstat(lock, &a) == 0 && fstatat(directory, "service/lock", &b,
	    0) == 0 && a.st_ino == b.st_ino;
}

static void
test_recorddir(void)
{
	int lock, fd = -1;

	begin(NULL);
	directory = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	opened = 2;			/* the folder, and the lock in it */
	lock = recorddir_lock(directory, "service", 1, &fd);
	CHECK(lock != -1 && is_called(lock), "the folder was removed");
	close(lock);
	close(fd);
	opened = 0;
	locked = 1;
	lock = recorddir_lock(directory, "service", 1, &fd);
	CHECK(lock != -1 && is_called(lock),
	    "the lock is of a file that has no name");
	recorddir_remove(directory, "service", fd);
	close(lock);
	close(fd);
	close(directory);
}

/* --- claim --------------------------------------------------------------- */

static int	looks;

/* At the third look there is the child of a hidden member. */
void
fake_look(int dir, struct service *list, size_t n)
{
	(void)dir, (void)n;
	list->known = 1;
	list->record.pgid = LEADER;
	list->state = ++looks < 3 ? SERVICE_STALE : SERVICE_LEADERLESS;
}

static void
test_claim(void)
{
	struct service s;
	int dir = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	begin(NULL);
	put_process(2, CHILD, 1, LEADER, 3);
	memset(&s, 0, sizeof s);
	CHECK(service_name(&s, "service") == 0, "name");
	CHECK(claim_forget(dir, &s, 0, 0) == -1 && errno == EEXIST,
	    "what runs is forgotten");
	CHECK(unlinkat(dir, "service/lock", 0) == 0 &&
	    unlinkat(dir, "service", AT_REMOVEDIR) == 0, "tidy");
	close(dir);
}

/* --- want ---------------------------------------------------------------- */

static const struct want	stop_want = { WANT_STOP, "2:2" };
static int	replaced;

/* A later want comes between the read and the removal. */
int
fake_renameat(int from, const char *old, int to, const char *new)
{
	if (replaced-- > 0)
		CHECK(want_put(from, "a", &stop_want) == 0, "put");
	return renameat(from, old, to, new);
}

static void
test_want(void)
{
	const struct want start = { WANT_START, "1:1" };
	const struct want same_serial = { WANT_START, "2:2" };
	int dir = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	begin(NULL);
	CHECK(want_put(dir, "a", &start) == 0, "put");
	replaced = 1;
	want_withdraw(dir, "a", &start);
	CHECK(want_will_stop(dir, "a"), "a start has removed a stop");
	replaced = 0;
	want_withdraw(dir, "a", &start);
	want_withdraw(dir, "a", &same_serial);
	CHECK(want_will_stop(dir, "a"), "that of another is gone");
	want_withdraw(dir, "a", &stop_want);
	CHECK(!want_exists(dir, "a"), "its own is there");
	close(dir);
}

/* --- output -------------------------------------------------------------- */

static size_t	largest;
static int	torn;

ssize_t
fake_write(int fd, const void *buf, size_t n)
{
	if (n > largest)
		largest = n;
	torn |= n > 0 && ((const char *)buf)[n - 1] != '\n';
	return write(fd, buf, n);
}

/* Without the lock lines are written whole, as far as a write is atomic. */
static void
test_output(void)
{
	static char batch[4 * PIPE_BUF];
	struct output o;
	int p[2];
	size_t i;

	begin(NULL);
	CHECK(pipe(p) == 0, "pipe");
	output_open(&o, p[1], batch, sizeof batch);
	for (i = 0; i < sizeof batch; i++)
		batch[i] = i % 100 == 99 || i == sizeof batch - 1 ? '\n' : 'x';
	o.own = 1;
	o.lockable = 0;
	o.len = sizeof batch;
	largest = 0;
	CHECK(output_flush(&o) == 1, "flush");
	CHECK(largest > 0 && largest <= PIPE_BUF, "more than is atomic");
	CHECK(!torn, "a line is torn");
	close(p[0]);
	close(p[1]);
}

/* --- reaper -------------------------------------------------------------- */

/*
 * The leader is reaped, and its number was given to a child that falls to us. A
 * reaper that takes that for the leader never comes back: then ALRM ends us.
 */
static void
test_reaper(void)
{
	struct reaper l = { .dead = 1, .released = 1, .status = 7 };

	begin(NULL);
	alarm(5);
	l.pid = fork();
	if (l.pid == 0)
		_exit(3);
	while (waitid(P_PID, (id_t)l.pid, &(siginfo_t){ 0 },
	    WEXITED | WNOWAIT) == -1)
		;
	reaper_look(&l);
	CHECK(l.status == 7, "the status is that of another process");
	CHECK(!reaper_any_child(), "it is not reaped");
}

int
main(int argc, char *argv[])
{
	static const struct part part[] = {
		{ "pgwatch", test_pgwatch },
		{ "proctable", test_proctable },
		{ "handle", test_handle },
		{ "escapee", test_escapee },
		{ "orphan", test_orphan },
		{ "pidcache", test_pidcache },
		{ "recorddir", test_recorddir },
		{ "claim", test_claim },
		{ "want", test_want },
		{ "output", test_output },
		{ "reaper", test_reaper },
	};

	alarm(60);
	return check_parts(part, COUNT(part), argc > 1 ? argv[1] : NULL);
}
