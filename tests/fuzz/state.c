/*
 * state: the files of a service's state and of its keeper, and the name of a
 * service.  Only the first line counts, up to the length that the file can
 * have.  An accepted state is the same after it was written and read again.
 */
#include "config.h"

#include <sys/types.h>

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/dirfile.h"
#include "base/svcname.h"
#include "service/svckeeper.h"
#include "service/svcstate.h"

#include "bytes.h"
#include "drive.h"

#define STATE	"web"
#define KEEPER	".web.keeper"

static void
put_file(int dir, const char *name, const uint8_t *data, size_t size)
{
	int fd = openat(dir, name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	if (fd == -1 || write(fd, data, size) != (ssize_t)size)
		exit(125);
	close(fd);
}

/* "NAME RESTARTS LAST", LAST a number or anything else. */
static void
compare(const char *text, const struct svcstate_line *line)
{
	char want[DIRFILE_SIZE + 32], digits[16] = "-";
	const char *name = svcstate_name(line->state);
	size_t n = strlen(name);

	if (line->state == SVCSTATE_WAITING && text[0] == '\0')
		return;
	if (line->state == SVCSTATE_NONE)
		return;
	if (line->last != -1)
		snprintf(digits, sizeof digits, "%d", line->last);
	if (strncmp(text, name, n) != 0 || text[n] != ' ')
		WRONG("another state");
	if (strtoull(text + n + 1, NULL, 10) != line->restarts)
		WRONG("another number of restarts");
	text = strchr(text + n + 1, ' ') + 1;
	if (line->last != -1 && strtoull(text, NULL, 10) !=
	    (unsigned long long)line->last)
		WRONG("another status");
	snprintf(want, sizeof want, "%s %u %s", name, line->restarts, digits);
	if (strlen(want) >= DIRFILE_SIZE)
		WRONG("it does not fit into a file");
}

static void
try_state(int dir, const char *text)
{
	struct svcstate_line line, again;

	svcstate_read(dir, STATE, &line);
	if (line.last < -1 || line.last > 255)
		WRONG("no status");
	if (svcstate_parse(svcstate_name(line.state)) != line.state)
		WRONG("a state without a name");
	compare(text, &line);
	if (line.state == SVCSTATE_NONE)
		return;
	if (svcstate_write(dir, STATE, &line) == -1)
		exit(125);
	svcstate_read(dir, STATE, &again);
	if (again.state != line.state || again.restarts != line.restarts ||
	    again.last != line.last)
		WRONG("it is not read as it is written");
}

/* The text of a file is its first line, without the blanks behind it. */
static void
try_line(int dir, const uint8_t *data, size_t size, char *text)
{
	size_t n = size < DIRFILE_SIZE ? size : DIRFILE_SIZE;
	const uint8_t *nl = memchr(data, '\n', n);

	if (nl != NULL)
		n = (size_t)(nl - data);
	else if (n == DIRFILE_SIZE)
		n--;
	while (n > 0 && data[n - 1] == ' ')
		n--;
	if (dirfile_read(dir, STATE, text, DIRFILE_SIZE) != (ssize_t)n ||
	    memcmp(text, data, n) != 0 || text[n] != '\0')
		WRONG("another line");
}

static void
try_keeper(int dir, const char *text)
{
	struct handle id, plain;
	int good = text[0] != '\0' && handle_parse(&plain, text) == 0;

	if ((svckeeper_read(dir, STATE, &id) == 0) != good ||
	    (good && !handle_equal(&id, &plain)))
		WRONG("another keeper");
}

/* The file does not exist, or cannot be read. */
static void
try_nothing(int dir)
{
	char text[DIRFILE_SIZE] = "x";

	if (dirfile_read(dir, "none", text, sizeof text) != -1 ||
	    text[0] != '\0' ||
	    dirfile_read(dir, "/proc/self/mem", text, sizeof text) != -1)
		WRONG("a file that cannot be read");
}

static void
try_name(const char *name)
{
	size_t n = strlen(name);
	int good = n > 0 && n <= 200 && name[0] != '.' && strspn(name,
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "0123456789_.-") == n;

	if (svcstate_may_have(name) && !good)
		WRONG("a name that no service may have");
	if (good && name[0] != '-' && !svcstate_may_have(name))
		WRONG("a name that is refused");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int dir = -1;
	char text[DIRFILE_SIZE], *name = bytes_text(data, size);

	if (dir == -1) {
		dir = bytes_folder();
		try_nothing(dir);
	}
	put_file(dir, STATE, data, size);
	put_file(dir, KEEPER, data, size);
	try_line(dir, data, size, text);
	try_keeper(dir, text);
	try_state(dir, text);
	try_name(name);
	(void)unlinkat(dir, STATE, 0);
	(void)unlinkat(dir, KEEPER, 0);
	free(name);
	return 0;
}
