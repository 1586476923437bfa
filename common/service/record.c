#include "config.h"

#include <sys/stat.h>
#include <sys/types.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/fdio.h"
#include "base/parse.h"
#include "service/record.h"
#include "service/recorddir.h"
#include "base/vis.h"
#include "sys/os_exchange.h"

#define RECORD_TEXT	1024		/* more than any record has */
#define READS		100		/* of a record that is exchanged */
#define STARTED_MAX	253402300799ULL	/* the end of the year 9999 */

enum field {
	HANDLE, PGID, SID, UID, BOOT, PIDNS, STARTED, COMMAND, NFIELDS
};

/* The lines of a record, each once and in this order. */
static const char	*const key[NFIELDS] = {
	"handle", "pgid", "sid", "uid", "boot", "pidns", "started", "command"
};

static const char	*const temporary[] = { "record.tmp", "pid.tmp" };
static const char	*const file[] = { RECORD_FILE, "pid" };

/* Split the text of len bytes into the values of its lines. */
static int
split(char *text, size_t len, char *value[NFIELDS])
{
	char *p = text, *end = text + len;
	int i;

	for (i = 0; i < NFIELDS; i++) {
		char *newline = memchr(p, '\n', (size_t)(end - p));
		size_t n = strlen(key[i]);

		if (newline == NULL || (size_t)(newline - p) <= n ||
		    memcmp(p, key[i], n) != 0 || p[n] != '=')
			return -1;
		*newline = '\0';
		value[i] = p + n + 1;
		if (strlen(value[i]) != (size_t)(newline - value[i]))
			return -1;
		p = newline + 1;
	}
	return p == end ? 0 : -1;
}

static int
number(const char *s, uint64_t max, uint64_t *n)
{
	return parse_number(s, strlen(s), max, n);
}

/* Is s free of control characters?  It may be printed on a terminal later. */
static int
is_safe(const char *s)
{
	do
		s += vis_span(s, strlen(s));
	while (*s == '\\' && *++s != '\0');
	return *s == '\0';
}

/* Copy a safe value that fits; it may hold blanks only if blanks is set. */
static int
word(char *to, size_t size, const char *from, int blanks)
{
	size_t len = strlen(from);

	if (len >= size || !is_safe(from) ||
	    (!blanks && strchr(from, ' ') != NULL))
		return -1;
	memcpy(to, from, len + 1);
	return 0;
}

static int
fill(struct record *r, char *value[NFIELDS])
{
	uint64_t pgid, sid, uid, started;

	if (handle_parse(&r->id, value[HANDLE]) == -1 ||
	    r->id.kind == HANDLE_BARE ||
	    number(value[PGID], INT_MAX, &pgid) == -1 ||
	    number(value[SID], INT_MAX, &sid) == -1 ||
	    number(value[UID], UINT32_MAX, &uid) == -1 ||
	    number(value[STARTED], STARTED_MAX, &started) == -1 ||
	    word(r->scope.boot, sizeof r->scope.boot, value[BOOT], 0) == -1 ||
	    word(r->scope.pidns, sizeof r->scope.pidns, value[PIDNS],
	    0) == -1 ||
	    word(r->command, sizeof r->command, value[COMMAND], 1) == -1)
		return -1;
	r->pgid = (pid_t)pgid;
	r->sid = (pid_t)sid;
	r->uid = (uid_t)uid;
	r->started = (long long)started;
	return r->pgid == r->id.pid ? 0 : -1;
}

/*
 * Read the file, unless it has become the spare (rule 1): -1 with EAGAIN.
 * A writer rewrites the file only while it has the name of a spare, so the two
 * reads are equal only if none was at work in the first one.
 */
static ssize_t
read_named(int fd, int at, const char *name, char text[RECORD_TEXT + 1])
{
	char again[RECORD_TEXT + 1];
	struct stat held, named;
	ssize_t n = fdio_read(fd, text, RECORD_TEXT + 1);

	if (n == -1)
		return -1;
	if (fstat(fd, &held) == -1 ||
	    fstatat(at, name, &named, AT_SYMLINK_NOFOLLOW) == -1 ||
	    held.st_dev != named.st_dev || held.st_ino != named.st_ino ||
	    pread(fd, again, sizeof again, 0) != n ||
	    memcmp(text, again, (size_t)n) != 0)
		return errno = EAGAIN, -1;
	return n;
}

/* Open and read the file once. */
static ssize_t
read_once(int at, const char *name, uid_t owner, char text[RECORD_TEXT + 1])
{
	int fd = openat(at, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK |
	    O_NOCTTY | O_CLOEXEC), saved;
	ssize_t n = -1;

	if (fd == -1)
		return errno == EMLINK ? (errno = ELOOP, -1) : -1;
	if (recorddir_check_of(fd, S_IFREG, owner) == 0)
		n = read_named(fd, at, name, text);
	saved = errno;
	close(fd);
	return errno = saved, n;
}

/* Read the record called name in the folder at; owner may own it. */
static int
read_file(int at, const char *name, uid_t owner, struct record *r)
{
	char text[RECORD_TEXT + 1], *value[NFIELDS];
	struct stat st;
	ssize_t n = -1;
	int tries;

	/*
	 * Opening a device can have an effect that the namer of path may not
	 * cause.
	 */
	if (fstatat(at, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    !S_ISREG(st.st_mode) && !S_ISLNK(st.st_mode))
		return errno = ESPIPE, -1;
	for (tries = 0; tries < READS; tries++)
		if ((n = read_once(at, name, owner, text)) != -1 ||
		    errno != EAGAIN)
			break;
	if (n == -1)
		return -1;
	if (n > RECORD_TEXT || split(text, (size_t)n, value) == -1 ||
	    fill(r, value) == -1)
		return errno = EBADMSG, -1;
	return 0;
}

int
record_read(int folder, struct record *r)
{
	return read_file(folder, RECORD_FILE, geteuid(), r);
}

int
record_load(const char *path, uid_t owner, struct record *r)
{
	const char *slash = strrchr(path, '/');
	char folder[PATH_MAX];
	int fd, result = -1, saved;

	if (slash == NULL || (size_t)(slash - path) >= sizeof folder)
		return errno = ENOENT, -1;
	memcpy(folder, path, (size_t)(slash - path));
	folder[slash - path] = '\0';
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd == -1)
		return -1;
	if (recorddir_check_of(fd, S_IFDIR, owner) == 0)
		result = read_file(fd, slash + 1, owner, r);
	saved = errno;
	close(fd);
	return errno = saved, result;
}

int
record_in_scope(const struct record *r, const struct handle_scope *scope)
{
	return strcmp(r->scope.boot, scope->boot) == 0 &&
	    strcmp(r->scope.pidns, scope->pidns) == 0;
}

int
record_current(const struct record *r)
{
	struct handle_scope scope;

	if (handle_scope(&scope) == -1)
		return -1;
	return record_in_scope(r, &scope);
}

/* Open the spare, if it is a file as we make them. */
static int
open_spare(int folder, const char *name)
{
	int fd = openat(folder, name, O_WRONLY | O_NOFOLLOW | O_NONBLOCK |
	    O_NOCTTY | O_CLOEXEC);
	struct stat st;

	if (fd == -1)
		return -1;
	if (recorddir_check(fd, S_IFREG) == 0 && fstat(fd, &st) == 0 &&
	    (st.st_mode & 07777) == 0600)
		return fd;
	close(fd);
	return -1;
}

static int
make_spare(int folder, const char *name)
{
	if (unlinkat(folder, name, 0) == -1 && errno != ENOENT)
		return -1;
	return openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW |
	    O_CLOEXEC, 0600);
}

static int
write_whole(int fd, const char *text)
{
	size_t n = strlen(text);
	struct stat st;

	if (fdio_write(fd, text, n) == -1 || fstat(fd, &st) == -1)
		return -1;
	return st.st_size > (off_t)n ? ftruncate(fd, (off_t)n) : 0;
}

/*
 * Write the text to the spare.  It need not be on the disk: after a loss of
 * power its record is of another boot or cannot be parsed, so it is stale.
 */
static int
put(int folder, const char *name, const char *text)
{
	int fd = open_spare(folder, name), failed, saved;

	if (fd == -1 && (fd = make_spare(folder, name)) == -1)
		return -1;
	failed = write_whole(fd, text) == -1;
	saved = errno;
	if (close(fd) == -1 && !failed)
		return -1;
	return failed ? (errno = saved, -1) : 0;
}

/*
 * The spare becomes the file, and the file becomes the spare.  If it replaced
 * the file, ext4 would write it to the disk at once, and look long for the
 * inode of the next spare.
 */
static int
exchange(int folder, const char *spare, const char *name)
{
	struct stat st;

	if (fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    S_ISREG(st.st_mode)) {
		if (os_exchange(folder, spare, name) == 0)
			return 0;
		if (errno != ENOSYS && errno != EINVAL && errno != ENOENT)
			return -1;
	}
	return renameat(folder, spare, folder, name);
}

static int
write_files(int folder, const char *record, const char *pid)
{
	/* All that needs room on the disk comes before the first exchange. */
	if (put(folder, temporary[0], record) == -1 ||
	    put(folder, temporary[1], pid) == -1 ||
	    exchange(folder, temporary[0], file[0]) == -1)
		return -1;
	return exchange(folder, temporary[1], file[1]);
}

static void
compose(const struct record *r, char text[RECORD_TEXT + 1])
{
	char handle[HANDLE_TEXT];

	snprintf(text, RECORD_TEXT + 1, "handle=%s\npgid=%ld\nsid=%ld\n"
	    "uid=%lu\nboot=%s\npidns=%s\nstarted=%lld\ncommand=%s\n",
	    handle_format(&r->id, 0, handle), (long)r->pgid, (long)r->sid,
	    (unsigned long)r->uid, r->scope.boot, r->scope.pidns, r->started,
	    r->command);
}

int
record_write(int folder, const struct record *r)
{
	char text[RECORD_TEXT + 1], pid[HANDLE_TEXT];
	int saved;

	compose(r, text);
	snprintf(pid, sizeof pid, "%ld\n", (long)r->pgid);
	if (write_files(folder, text, pid) == 0)
		return 0;
	saved = errno;
	unlinkat(folder, temporary[0], 0);
	unlinkat(folder, temporary[1], 0);
	return errno = saved, -1;
}

/* A file that is not there is removed. */
static int
discard(int folder, const char *name)
{
	return unlinkat(folder, name, 0) == -1 && errno != ENOENT ? -1 : 0;
}

int
record_remove(int folder)
{
	/* The record goes last: if we are killed here, it is still complete. */
	if (discard(folder, temporary[0]) == -1 ||
	    discard(folder, temporary[1]) == -1 ||
	    discard(folder, file[1]) == -1)
		return -1;
	return discard(folder, file[0]);
}

void
record_command(struct record *r, char *const *argv)
{
	size_t n = 0;

	r->command[0] = '\0';
	while (*argv != NULL && vis_add(r->command, sizeof r->command, &n,
	    *argv) && *++argv != NULL)
		if (!vis_add(r->command, sizeof r->command, &n, " "))
			return;
}
