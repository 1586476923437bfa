/*
 * watch: the lines NAME HANDLE that pgkeep watch reads.  Each malformed line is
 * reported.  Of the others a keeper is reported as lost if its process is dead,
 * as often as the line came.
 */
#include "config.h"

#include "../../cmd/pgkeep_watch.c"

#include <sys/stat.h>

#include <fcntl.h>
#include <stdint.h>

#include "bytes.h"
#include "drive.h"

#define LINE	(SVCNAME_SIZE + HANDLE_TEXT + 7)	/* bytes that count */
#define LONGEST	65536		/* that a pipe takes */

static size_t	warned;

static void
take_warning(const char *line, size_t n)
{
	if (n == 0 || line[n - 1] != '\n')
		WRONG("a message that is no line");
	warned++;
}

/* Standard input is this text, and standard output a file. */
static int
redirect(const char *text, size_t size)
{
	static FILE *out;
	int p[2];

	if ((out == NULL && (out = tmpfile()) == NULL) || pipe(p) == -1 ||
	    write(p[1], text, size) != (ssize_t)size ||
	    dup2(p[0], STDIN_FILENO) == -1 ||
	    dup2(fileno(out), STDOUT_FILENO) == -1 ||
	    ftruncate(STDOUT_FILENO, 0) == -1 ||
	    lseek(STDOUT_FILENO, 0, SEEK_SET) == -1)
		exit(125);
	close(p[0]);
	close(p[1]);
	return fileno(out);
}

/* Is it a service and the handle of a process? */
static int
is_good(const char *line, size_t n)
{
	char *text = bytes_text(line, n < LINE ? n : LINE);
	char *blank = strchr(text, ' ');
	struct handle id;
	int good;

	if (blank != NULL)
		*blank = '\0';
	good = blank != NULL && svcstate_may_have(text) &&
	    handle_parse(&id, blank + 1) == 0;
	free(text);
	return good;
}

/* Lines that are finished; empty ones do not count. */
static void
count_lines(const char *text, size_t size, size_t *good, size_t *bad)
{
	const char *end = text + size, *nl;

	for (*good = *bad = 0; (nl = memchr(text, '\n',
	    (size_t)(end - text))) != NULL; text = nl + 1) {
		if (nl == text || *text == '\0')
			continue;
		if (is_good(text, (size_t)(nl - text)))
			++*good;
		else
			++*bad;
	}
}

static size_t
count_lost(int fd)
{
	struct stat st;
	char *text, *p, *nl;
	size_t n = 0;

	if (fstat(fd, &st) == -1)
		exit(125);
	text = bytes_text(NULL, 0);
	text = realloc(text, (size_t)st.st_size + 1);
	if (text == NULL ||
	    pread(fd, text, (size_t)st.st_size, 0) != st.st_size)
		exit(125);
	text[st.st_size] = '\0';
	for (p = text; *p != '\0'; p = nl + 1, n++) {
		if (strncmp(p, "lost ", 5) != 0 ||
		    (nl = strchr(p, '\n')) == NULL)
			WRONG("another line");
		*nl = '\0';
		if (!svcstate_may_have(p + 5))
			WRONG("a name that no service may have");
	}
	free(text);
	return n;
}

static const struct {
	const char	*name, *text;
} left[] = {
	{ ".web.keeper", "4194304:918\n" },	/* it has died */
	{ ".db.keeper", "4242:1\n" },		/* another has its place */
	{ ".bad.keeper", "none\n" },
	{ "mail", "stopped 0 0\n" }		/* it has left */
};

#define NLEFT	(sizeof left / sizeof left[0])

static int	folder = -1;

static void
remove_left(void)
{
	size_t i;

	for (i = 0; i < NLEFT; i++)
		(void)unlinkat(folder, left[i].name, 0);
}

/* Make the files that keepers have left in the folder. */
static void
open_folder(void)
{
	size_t i, n;
	int fd;

	folder = bytes_folder();
	if (atexit(remove_left) != 0)
		exit(125);
	for (i = 0; i < NLEFT; i++) {
		n = strlen(left[i].text);
		fd = openat(folder, left[i].name, O_WRONLY | O_CREAT |
		    O_CLOEXEC, 0600);
		if (fd == -1 || write(fd, left[i].text, n) != (ssize_t)n)
			exit(125);
		close(fd);
	}
}

/* Nothing to read is no end. */
static void
try_nothing(void)
{
	struct watch w = { .n = 1 };
	int p[2];

	if (pipe(p) == -1 || dup2(p[0], STDIN_FILENO) == -1 ||
	    fdio_nonblock(STDIN_FILENO) == -1)
		exit(125);
	if (read_lines(&w) != 1)
		WRONG("an end without an end");
	close(p[0]);
	close(p[1]);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *none[] = { NULL }, *text = bytes_text(data, size);
	struct options o;
	size_t good, bad, lost;
	int out;

	if (size > LONGEST) {
		free(text);
		return 0;
	}
	if (folder == -1) {
		open_folder();
		try_nothing();
	}
	memset(&o, 0, sizeof o);
	o.dir = folder;
	o.argv = none;
	out = redirect(text, size);
	warned = 0;
	diag_write_by(take_warning);
	if (watch_keepers(&o) != 0)
		WRONG("another status");
	diag_write_by(NULL);
	count_lines(text, size, &good, &bad);
	lost = count_lost(out);
	if (warned != bad || lost > good)
		WRONG("a line that does not count");
	free(text);
	return 0;
}
