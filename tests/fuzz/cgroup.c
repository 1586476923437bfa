/*
 * cgroup: /proc/self/cgroup up to the first NUL, then /proc/self/mountinfo; and
 * the files cgroup.procs and cgroup.events.  No byte outside of the input is
 * read.  If the lines of the input are a mount point, a root and a path, the
 * folder of the cgroup is found.  Linux only.
 */
#include "config.h"

#include <stdio.h>

/* Files that are opened by these two names are parts of the input. */
static FILE	*open_input(const char *path);
#define fopen(path, mode)	open_input(path)
#include "../../common/sys/os_linux_cgroup.c"
#undef fopen
#include "../../common/group/cgroup.c"
#include "../../common/group/cgroupmembers.c"

#include <stdint.h>

#include "bytes.h"
#include "drive.h"

#define ROOM	512		/* bytes of a folder's path */

static struct {
	const char	*cgroup, *mountinfo;
	size_t		 ncgroup, nmountinfo;
} input;

static FILE *
open_input(const char *path)
{
	int own = strcmp(path, "/proc/self/cgroup") == 0;
	int fd = dup(own ? bytes_file(0, input.cgroup, input.ncgroup) :
	    bytes_file(1, input.mountinfo, input.nmountinfo));
	FILE *f = fd == -1 ? NULL : fdopen(fd, "r");

	if (f == NULL)
		exit(125);
	return f;
}

static int
find_folder(const char *cgroup, size_t ncgroup, const char *mountinfo,
    size_t nmountinfo, char buf[ROOM])
{
	input.cgroup = cgroup;
	input.ncgroup = ncgroup;
	input.mountinfo = mountinfo;
	input.nmountinfo = nmountinfo;
	return os_cgroup(buf, ROOM);
}

static void
try_files(const uint8_t *data, size_t size)
{
	const uint8_t *nul = memchr(data, '\0', size);
	size_t n = nul != NULL ? (size_t)(nul - data) : size;
	size_t rest = nul != NULL ? size - n - 1 : 0;
	char buf[ROOM];

	if (find_folder((const char *)data, n, (const char *)data + size -
	    rest, rest, buf) == 0 && memchr(buf, '\0', ROOM) == NULL)
		WRONG("a path without end");
}

/* The next line, as a path: with a slash in front, without slashes at its end. */
static size_t
take_path(const uint8_t **data, size_t *size, char path[64])
{
	size_t n = 0;

	path[n++] = '/';
	while (*size > 0 && n < 63) {
		char c = (char)bytes_take(data, size);

		if (c == '\n')
			break;
		if (c != '\0')
			path[n++] = c;
	}
	while (n > 0 && path[n - 1] == '/')
		n--;
	path[n] = '\0';
	return n;
}

/* As the kernel writes it. */
static char *
escape(const char *s, char buf[4 * 64])
{
	char *to = buf;

	for (; *s != '\0'; s++)
		if (strchr(" \t\n\\", *s) != NULL)
			to += sprintf(to, "\\%03o", (unsigned)*s);
		else
			*to++ = *s;
	*to = '\0';
	return buf;
}

static void
try_paths(const uint8_t *data, size_t size)
{
	char point[64], root[64], rest[64], cgroup[256], mounts[1024];
	char as_point[256], as_root[256], want[256], buf[ROOM];
	int found;

	take_path(&data, &size, point);
	take_path(&data, &size, root);
	take_path(&data, &size, rest);
	snprintf(cgroup, sizeof cgroup, "1:name=x:/y\n0::%s%s%s\n", root, rest,
	    root[0] == '\0' && rest[0] == '\0' ? "/" : "");
	snprintf(mounts, sizeof mounts,
	    "22 1 0:20 / /proc rw shared:1 - proc proc rw\n"
	    "30 22 0:27 %s %s rw,nosuid - cgroup2 cgroup2 rw\n",
	    root[0] == '\0' ? "/" : escape(root, as_root),
	    point[0] == '\0' ? "/" : escape(point, as_point));
	found = find_folder(cgroup, strlen(cgroup), mounts, strlen(mounts),
	    buf);
	if (strncmp(root, "/..", 3) == 0 || (root[0] == '\0' &&
	    strncmp(rest, "/..", 3) == 0)) {
		if (found != -1)
			WRONG("a folder that is outside");
		return;
	}
	/* A newline ends the path, and the kernel writes it as it is. */
	if (strchr(root, '\n') != NULL || strchr(rest, '\n') != NULL)
		return;
	snprintf(want, sizeof want, "%s%s", point[0] == '\0' ? "/" : point,
	    rest);
	if (found == -1 || strcmp(buf, want) != 0)
		WRONG("another folder");
}

static void
try_name(const char *name)
{
	size_t n = strlen(name);
	char *around = malloc(n + 3);
	int good = n > 0;

	if (around == NULL)
		exit(125);
	sprintf(around, "/%s/", name);
	if (strstr(around, "//") != NULL || strstr(around, "/./") != NULL ||
	    strstr(around, "/../") != NULL)
		good = 0;
	if (cgroup_valid(name) != good)
		WRONG("a name that leads elsewhere");
	free(around);
}

static int
take_member(pid_t pid, void *arg)
{
	if (pid <= 0)
		WRONG("no PID");
	++*(size_t *)arg;
	return 0;
}

static void
try_members(const char *text, size_t size)
{
	size_t n = 0, lines = size / 31 + 1;
	const struct visitor v = { take_member, &n };
	FILE *f = fdopen(dup(bytes_file(0, text, size)), "r");
	int events;

	if (f == NULL)
		exit(125);
	if (visit_lines(f, &v) != 0)
		WRONG("a failure");
	fclose(f);
	while (size > 0)
		lines += text[--size] == '\n';
	if (n > lines)
		WRONG("more members than lines");
	events = bytes_file(0, text, strlen(text));
	if (is_populated(events) == 0 && strstr(text, "populated 0") == NULL)
		WRONG("an empty group");
}

/* A file that cannot be read is a failure, and not an empty group. */
static void
try_unreadable(void)
{
	size_t n = 0;
	const struct visitor v = { take_member, &n };
	FILE *f = fdopen(open("/", O_RDONLY | O_CLOEXEC), "r");

	if (f == NULL)
		exit(125);
	if (visit_lines(f, &v) != -1 || is_populated(-1) != -1)
		WRONG("no failure");
	fclose(f);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int tried;
	char *text = bytes_text(data, size);

	if (!tried++)
		try_unreadable();
	try_files(data, size);
	try_paths(data, size);
	try_name(text);
	try_members(text, size);
	free(text);
	return 0;
}
