/*
 * records [part]
 *
 * Checks record.c; see check.h. It makes and removes files in the current
 * directory.
 */
#include "config.h"

#include <sys/stat.h>
#include <sys/types.h>

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fdio.h"
#include "proc/handle.h"
#include "sys/os_exchange.h"

/* record.c calls these instead. */
#define openat		fake_openat
#define renameat	fake_renameat
#define unlinkat	fake_unlinkat
#define close		fake_close
#define fdio_write	fake_fdio_write
#define fdio_read	fake_fdio_read
#define os_exchange	fake_exchange
#define handle_scope(scope)	fake_scope(scope)

int	fake_openat(int, const char *, int, ...);
int	fake_renameat(int, const char *, int, const char *);
int	fake_exchange(int, const char *, const char *);
int	fake_unlinkat(int, const char *, int);
int	fake_close(int);
int	fake_fdio_write(int, const void *, size_t);
ssize_t	fake_fdio_read(int, void *, size_t);
int	fake_scope(struct handle_scope *);

#include "service/record.c"

#undef openat
#undef renameat
#undef unlinkat
#undef close
#undef fdio_write
#undef fdio_read
#undef os_exchange

#include "check.h"
#include "openfiles.h"

#define TEXT "handle=42:7\npgid=42\nsid=41\nuid=5\nboot=b\npidns=n\n" \
	"started=99\ncommand=a b\n"

/* Which call fails next with EIO: its letter, and after how many others. */
static char	failing;
static int	others, open_error, opened, scope_error, dir, lacking;
static char	order[64];	/* what was unlinked */

static int
fails(char call)
{
	if (failing != call || others-- > 0)
		return 0;
	failing = '\0';
	errno = EIO;
	return 1;
}

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
	CHECK((flags & O_CLOEXEC) != 0 && (flags & O_NOFOLLOW) != 0, path);
	CHECK((flags & O_CREAT) == 0 ? (flags & O_NONBLOCK) != 0 &&
	    (flags & O_NOCTTY) != 0 : (flags & O_EXCL) != 0, path);
	opened++;
	if (open_error != 0)
		return errno = open_error, -1;
	return fails('o') ? -1 : openat(fd, path, flags, mode);
}

int
fake_renameat(int from, const char *old, int to, const char *new)
{
	return fails('r') ? -1 : renameat(from, old, to, new);
}

static int
can_exchange(int at)
{
	return os_exchange(at, "no such", "file") == -1 && errno == ENOENT;
}

/* Where the system cannot exchange, the file is replaced. */
int
fake_exchange(int at, const char *one, const char *other)
{
	if (lacking || !can_exchange(at))
		return errno = ENOSYS, -1;
	return fails('r') ? -1 : os_exchange(at, one, other);
}

int
fake_unlinkat(int fd, const char *path, int flags)
{
	size_t n = strlen(order);

	snprintf(order + n, sizeof order - n, "%s ", path);
	return fails('u') ? -1 : unlinkat(fd, path, flags);
}

/* A second close(2) hides the error of the first one. */
int
fake_close(int fd)
{
	int failed = fails('c'), result = close(fd);

	if (failed)
		return errno = EIO, -1;
	errno = EBADF;
	return result;
}

int
fake_fdio_write(int fd, const void *buf, size_t n)
{
	return fails('w') ? -1 : fdio_write(fd, buf, n);
}

ssize_t
fake_fdio_read(int fd, void *buf, size_t n)
{
	return fails('d') ? -1 : fdio_read(fd, buf, n);
}

int
fake_scope(struct handle_scope *scope)
{
	snprintf(scope->boot, sizeof scope->boot, "b");
	snprintf(scope->pidns, sizeof scope->pidns, "n");
	return scope_error == 0 ? 0 : (errno = scope_error, -1);
}

static void
put_file(const char *name, const char *text, size_t len, mode_t mode)
{
	int fd;

	unlink(name);
	fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	CHECK(fd != -1 && write(fd, text, len) == (ssize_t)len &&
	    fchmod(fd, mode) == 0, "put");
	close(fd);
}

static int
read_text(const char *text, struct record *r)
{
	put_file("record", text, strlen(text), 0600);
	memset(r, 'x', sizeof *r);
	errno = 0;
	return record_read(dir, r) == 0 ? 0 : errno;
}

static void
test_read(void)
{
	static const char *const bad[] = {
		"", "handle=42:7\n", TEXT "x\n", TEXT "\n",
		"handle=42:7\npgid=42\nsid=41\nuid=5\nboot=b\npidns=n\n"
		    "started=99\ncommand=a b",
		"pgid=42\nhandle=42:7\nsid=41\nuid=5\nboot=b\npidns=n\n"
		    "started=99\ncommand=a b\n",
		"hindle=42:7\npgid=42\nsid=41\nuid=5\nboot=b\npidns=n\n"
		    "started=99\ncommand=a b\n",
		"handle=42\npgid=42\nsid=41\nuid=5\nboot=b\npidns=n\n"
		    "started=99\ncommand=a b\n",
		"handle=42:7\npgid=43\nsid=41\nuid=5\nboot=b\npidns=n\n"
		    "started=99\ncommand=a b\n",
		"handle=42:7\npgid=2147483648\nsid=41\nuid=5\nboot=b\npidns=n\n"
		    "started=99\ncommand=a b\n",
		"handle=42:7\npgid=42\nsid=x\nuid=5\nboot=b\npidns=n\n"
		    "started=99\ncommand=a b\n",
		"handle=42:7\npgid=42\nsid=41\nuid=4294967296\nboot=b\n"
		    "pidns=n\nstarted=99\ncommand=a b\n",
		"handle=42:7\npgid=42\nsid=41\nuid=5\nboot=b c\npidns=n\n"
		    "started=99\ncommand=a b\n",
		"handle=42:7\npgid=42\nsid=41\nuid=5\nboot=b\npidns=n m\n"
		    "started=99\ncommand=a b\n",
		"handle=42:7\npgid=42\nsid=41\nuid=5\nboot=b\npidns=n\n"
		    "started=253402300800\ncommand=a b\n",
		"handle=42:7\npgid=42\nsid=41\nuid=5\nboot=b\npidns=n\n"
		    "started=99\ncommand=a\033b\n",
		"handle=42:7\npgid=42\nsid=41\nuid=5\nboot=b\npidns=n\n"
		    "started=99\ncommand a b\n",
		"handle=42:7\npgid=42\nsid=41\nuid=5\nboot=b\npidns=n\n"
		    "started\ncommand=a b\n"
	};
	static const char nul[] = "handle=42:7\npgid=42\nsid=41\nuid=5\n"
	    "boot=b\npidns=n\nstarted=99\ncommand=a\0b\n";
	struct record r;
	size_t i;

	CHECK(read_text(TEXT, &r) == 0, "good");
	CHECK(r.id.pid == 42 && r.id.kind == HANDLE_KEYED && r.id.key == 7 &&
	    r.pgid == 42 && r.sid == 41 && r.uid == 5 && r.started == 99 &&
	    strcmp(r.scope.boot, "b") == 0 && strcmp(r.scope.pidns, "n") == 0 &&
	    strcmp(r.command, "a b") == 0, "fields");
	CHECK(read_text("handle=42:-\npgid=42\nsid=0\nuid=4294967295\nboot=\n"
	    "pidns=\nstarted=253402300799\ncommand=\\x1b \\\n", &r) == 0,
	    "a backslash at the end");
	CHECK(read_text("handle=42:-\npgid=42\nsid=0\nuid=4294967295\nboot=\n"
	    "pidns=\nstarted=253402300799\ncommand=\\x1b\n", &r) == 0 &&
	    r.id.kind == HANDLE_KEYLESS && r.uid == UINT32_MAX &&
	    r.started == 253402300799LL, "the limits");
	for (i = 0; i < COUNT(bad); i++)
		CHECK(read_text(bad[i], &r) == EBADMSG, bad[i]);
	put_file("record", "handle=42:7\npgid=42\0\nsid=41\n", 28, 0600);
	CHECK(record_read(dir, &r) == -1 && errno == EBADMSG, "a NUL");
	put_file("record", TEXT, strlen(TEXT), 0600);
	CHECK(record_read(dir, &r) == 0, "good again");
	put_file("record", nul, sizeof nul - 1, 0600);
	CHECK(record_read(dir, &r) == -1 && errno == EBADMSG,
	    "a NUL in a whole record");
}

/* Values as long as may be, and one byte longer. */
static void
test_long(void)
{
	char text[2 * RECORD_TEXT], command[512], boot[512];
	struct record r;
	size_t n;

	for (n = 254; n < 258; n++) {
		memset(command, 'c', sizeof command);
		command[n] = '\0';
		snprintf(text, sizeof text, "handle=42:7\npgid=42\nsid=41\n"
		    "uid=5\nboot=b\npidns=n\nstarted=99\ncommand=%s\n", command);
		CHECK(read_text(text, &r) == (n < sizeof r.command ? 0 :
		    EBADMSG), "command");
	}
	for (n = sizeof r.scope.boot - 1; n <= sizeof r.scope.boot; n++) {
		memset(boot, 'b', sizeof boot);
		boot[n] = '\0';
		snprintf(text, sizeof text, "handle=42:7\npgid=42\nsid=41\n"
		    "uid=5\nboot=%s\npidns=n\nstarted=99\ncommand=c\n", boot);
		CHECK(read_text(text, &r) == (n < sizeof r.scope.boot ? 0 :
		    EBADMSG), "boot");
	}
	memset(text, 'x', sizeof text);
	text[sizeof text - 1] = '\0';
	CHECK(read_text(text, &r) == EBADMSG, "a long file");
}

static void
test_safe(void)
{
	int before = open_files();
	struct record r;

	put_file("record", TEXT, strlen(TEXT), 0620);
	CHECK(record_read(dir, &r) == -1 && errno == ETXTBSY, "group may write");
	unlink("record");
	CHECK(record_read(dir, &r) == -1 && errno == ENOENT, "none");
	opened = 0;
	CHECK(mkfifo("record", 0600) == 0 && record_read(dir, &r) == -1 &&
	    errno == ESPIPE && opened == 0, "fifo");
	unlink("record");
	CHECK(mkdir("record", 0700) == 0 && record_read(dir, &r) == -1 &&
	    errno == ESPIPE, "directory");
	rmdir("record");
	CHECK(symlink("other", "record") == 0 && record_read(dir, &r) == -1 &&
	    errno == ELOOP, "link");
	open_error = EMLINK;	/* a link, to FreeBSD */
	CHECK(record_read(dir, &r) == -1 && errno == ELOOP, "EMLINK");
	open_error = 0;
	put_file("record", TEXT, strlen(TEXT), 0600);
	failing = 'd';
	others = 0;
	CHECK(record_read(dir, &r) == -1 && errno == EIO, "read");
	CHECK(open_files() == before, "a descriptor is left open");
}

static void
test_load(void)
{
	int before = open_files();
	struct record r;
	char *far = malloc(2 * PATH_MAX);

	CHECK(mkdir("folder", 0700) == 0, "mkdir");
	put_file("folder/record", TEXT, strlen(TEXT), 0600);
	CHECK(record_load("folder/record", geteuid(), &r) == 0 &&
	    r.id.key == 7, "load");
	CHECK(record_load("record", geteuid(), &r) == -1 && errno == ENOENT,
	    "no folder");
	CHECK(record_load("none/record", geteuid(), &r) == -1 &&
	    errno == ENOENT, "another folder");
	memset(far, 'x', 2 * PATH_MAX);
	memcpy(far + PATH_MAX, "/record", 8);
	CHECK(record_load(far, geteuid(), &r) == -1 && errno == ENOENT, "far");
	memcpy(far + PATH_MAX - 1, "/record", 8);
	CHECK(record_load(far, geteuid(), &r) == -1 && errno == ENAMETOOLONG,
	    "as far as may be");
	CHECK(symlink("folder", "link") == 0 &&
	    record_load("link/record", geteuid(), &r) == -1, "link");
	CHECK(chmod("folder", 0777) == 0 &&
	    record_load("folder/record", geteuid(), &r) == -1 &&
	    errno == ETXTBSY, "others may write");
	CHECK(open_files() == before, "a descriptor is left open");
	free(far);
	unlink("folder/record");
	unlink("link");
	rmdir("folder");
	CHECK(mkfifo("folder", 0700) == 0 &&
	    record_load("folder/record", geteuid(), &r) == -1 &&
	    errno == ENOTDIR, "a fifo as folder");
	unlink("folder");
}

static struct record
example(void)
{
	struct record r;

	memset(&r, 0, sizeof r);
	CHECK(read_text(TEXT, &r) == 0, "example");
	unlink("record");
	return r;
}

static int
exists(const char *name)
{
	struct stat st;

	return lstat(name, &st) == 0;
}

static void
test_write(void)
{
	struct record r = example(), again;
	char text[RECORD_TEXT];
	struct stat st;
	ssize_t n;
	int fd, before = open_files();

	put_file("record.tmp", "old", 3, 0600);
	order[0] = '\0';
	CHECK(record_write(dir, &r) == 0, "write");
	CHECK(strcmp(order, "pid.tmp ") == 0, order);
	CHECK(record_read(dir, &again) == 0 && memcmp(&again.id, &r.id,
	    sizeof r.id) == 0 && again.sid == 41 && again.started == 99,
	    "again");
	CHECK(stat("record", &st) == 0 && (st.st_mode & 07777) == 0600, "mode");
	fd = open("record", O_RDONLY | O_CLOEXEC);
	n = fdio_read(fd, text, sizeof text);
	close(fd);
	CHECK(n == (ssize_t)strlen(TEXT) && memcmp(text, TEXT, (size_t)n) == 0,
	    "text");
	fd = open("pid", O_RDONLY | O_CLOEXEC);
	n = fdio_read(fd, text, sizeof text);
	close(fd);
	CHECK(n == 3 && memcmp(text, "42\n", 3) == 0, "pid");
	CHECK(!exists("record.tmp") && !exists("pid.tmp"), "temporary");
	CHECK(open_files() == before, "a descriptor is left open");
	order[0] = '\0';
	CHECK(record_remove(dir) == 0 && !exists("record") && !exists("pid"),
	    "remove");
	CHECK(strcmp(order, "record.tmp pid.tmp pid record ") == 0, order);
	CHECK(record_remove(dir) == 0, "remove nothing");
	failing = 'u';
	others = 3;
	CHECK(record_remove(dir) == -1 && errno == EIO, "cannot remove");
}

/* A call fails: the old record stays, or the new one if the call was the last. */
static void
test_failure(void)
{
	static const struct {
		char	call;
		int	others;
	} table[] = {
		{ 'u', 0 }, { 'u', 1 }, { 'o', 1 }, { 'o', 3 }, { 'w', 0 },
		{ 'w', 1 }, { 'c', 0 }, { 'c', 1 }, { 'r', 0 }, { 'r', 1 }
	};
	struct record old = example(), new = old, now;
	int before = open_files();
	size_t i;

	new.id.key = 8;
	for (i = 0; i < COUNT(table); i++) {
		CHECK(record_write(dir, &old) == 0, "old");
		unlink("record.tmp");
		unlink("pid.tmp");
		failing = table[i].call;
		others = table[i].others;
		CHECK(record_write(dir, &new) == -1 && errno == EIO, "fails");
		failing = '\0';
		CHECK(record_read(dir, &now) == 0 && now.id.key ==
		    (table[i].call == 'r' && table[i].others == 1 ? 8 : 7),
		    "record");
		CHECK(!exists("record.tmp") && !exists("pid.tmp"), "temporary");
		CHECK(open_files() == before, "a descriptor is left open");
	}
	CHECK(mkdir("record.tmp", 0700) == 0 && record_write(dir, &new) == -1 &&
	    errno != 0 && errno != ENOENT, "not to be removed");
	rmdir("record.tmp");
	record_remove(dir);
}

/* A file that was exchanged is written again, and its rest is cut. */
static void
test_spare(void)
{
	struct record one = example(), two = one, now;
	struct stat st;

	memset(two.command, 'c', 200);
	two.command[200] = '\0';
	two.id.key = 8;
	for (lacking = 0; lacking < 2; lacking++) {
		CHECK(record_write(dir, &two) == 0 &&
		    record_write(dir, &two) == 0 &&
		    record_write(dir, &one) == 0 &&
		    record_read(dir, &now) == 0 && now.id.key == 7 &&
		    stat("record", &st) == 0 &&
		    st.st_size == (off_t)strlen(TEXT), "shorter");
		CHECK(lacking || !can_exchange(dir) || exists("record.tmp"),
		    "no spare");
		record_remove(dir);
	}
	lacking = 0;
	CHECK(record_write(dir, &one) == 0 &&
	    symlink("other", "record.tmp") == 0 &&
	    record_write(dir, &two) == 0 && record_read(dir, &now) == 0 &&
	    now.id.key == 8 && !exists("other"), "a link is not followed");
	record_remove(dir);
}

static void
test_scope(void)
{
	struct record r = example();

	CHECK(record_current(&r) == 1, "this");
	r.scope.boot[0] = 'x';
	CHECK(record_current(&r) == 0, "another boot");
	r.scope.boot[0] = 'b';
	r.scope.pidns[0] = 'x';
	CHECK(record_current(&r) == 0, "another namespace");
	scope_error = EIO;
	CHECK(record_current(&r) == -1 && errno == EIO, "unknown");
	scope_error = 0;
}

static void
test_command(void)
{
	char none[] = "", a[] = "a", b[] = "b\033c", big[300];
	char *const words[] = { a, b, NULL }, *const empty[] = { NULL };
	char *const large[] = { big, a, NULL }, *const blank[] = { none, a, NULL };
	struct record r;

	record_command(&r, words);
	CHECK(strcmp(r.command, "a b\\x1bc") == 0, r.command);
	record_command(&r, empty);
	CHECK(strcmp(r.command, "") == 0, "empty");
	record_command(&r, blank);
	CHECK(strcmp(r.command, " a") == 0, "blank");
	memset(big, 'x', sizeof big - 1);
	big[sizeof big - 1] = '\0';
	record_command(&r, large);
	CHECK(strlen(r.command) == sizeof r.command - 1, "cut");
	big[sizeof r.command - 1] = '\0';
	record_command(&r, large);
	CHECK(strlen(r.command) == sizeof r.command - 1, "no blank fits");
	big[sizeof r.command - 2] = '\0';
	record_command(&r, large);
	CHECK(r.command[sizeof r.command - 2] == ' ', "no word fits");
}

int
main(int argc, char *argv[])
{
	static const struct part part[] = {
		{ "read", test_read },
		{ "long", test_long },
		{ "safe", test_safe },
		{ "load", test_load },
		{ "write", test_write },
		{ "failure", test_failure },
		{ "spare", test_spare },
		{ "scope", test_scope },
		{ "command", test_command },
	};
	int result;

	umask(022);
	alarm(60);
	dir = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	result = check_parts(part, COUNT(part), argc > 1 ? argv[1] : NULL);
	unlink("record");
	return result;
}
