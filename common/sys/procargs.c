#include "config.h"

#include <sys/types.h>

#include <errno.h>
#include <string.h>

#include "sys/procargs.h"

#define ADDED	"pfz=0x"	/* the system's first string */

static size_t
round_up(size_t n, size_t to)
{
	return (n + to - 1) / to * to;
}

/* Return the offset behind the string at pos and its NUL; 0: no NUL. */
static size_t
skip_string(const char *buf, size_t len, size_t pos)
{
	const char *nul = pos < len ? memchr(buf + pos, '\0', len - pos) : NULL;

	return nul != NULL ? (size_t)(nul - buf) + 1 : 0;
}

/*
 * Return the offset of the arguments, behind the path at pos.  The NULs cannot
 * be skipped one by one, since the first argument may be empty.  In a 32-bit
 * program the arguments may begin four bytes earlier than in a 64-bit one.
 */
static size_t
skip_path(const char *buf, size_t len, size_t pos)
{
	size_t end = skip_string(buf, len, pos), four, eight, i;

	if (end == 0)
		return 0;
	four = pos + round_up(end - pos, 4);
	eight = pos + round_up(end - pos, 8);
	for (i = four; i < eight && i < len; i++)
		if (buf[i] != '\0')
			return four;
	return eight;
}

/*
 * Return the offset of the system's strings; len: there are none.  An entry of
 * the process's own may look like the first of them, so the last one counts.
 */
static size_t
find_added(const char *buf, size_t len, size_t pos)
{
	size_t n = strlen(ADDED), at = len;

	while (pos < len) {
		if (len - pos >= n && memcmp(buf + pos, ADDED, n) == 0)
			at = pos;
		if ((pos = skip_string(buf, len, pos)) == 0)
			break;
	}
	return at;
}

ssize_t
procargs_environ(const char *buf, size_t len, size_t *start)
{
	size_t pos, end;
	int argc;

	if (len < sizeof argc)
		return errno = EBADMSG, -1;
	memcpy(&argc, buf, sizeof argc);
	pos = skip_path(buf, len, sizeof argc);
	if (pos == 0 || argc < 0)
		return errno = EBADMSG, -1;
	while (argc-- > 0)
		if ((pos = skip_string(buf, len, pos)) == 0)
			return errno = EBADMSG, -1;
	*start = pos < len ? pos : len;
	end = find_added(buf, len, pos);
	while (end > *start && buf[end - 1] == '\0')
		end--;
	if (end > *start && end < len)
		end++;			/* the NUL of the last entry */
	return (ssize_t)(end - *start);
}
