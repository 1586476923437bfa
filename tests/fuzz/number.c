/*
 * number: numbers, descriptors, durations, sizes of a terminal and of a log,
 * and restart policies.  Each is compared with the result of the simplest
 * parser, digit by digit.
 */
#include "config.h"

#include <sys/ioctl.h>

#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/parse.h"
#include "conf/logsize.h"
#include "conf/restart.h"
#include "io/terminal.h"

#include "bytes.h"
#include "drive.h"

#define LONGEST	1000000000000ULL	/* seconds, see parse.h */

/* Digits alone, and no more than max?  Then their value is in *n. */
static int
plain_number(const char *s, size_t len, uint64_t max, uint64_t *n)
{
	size_t i;

	*n = 0;
	for (i = 0; i < len; i++) {
		unsigned digit = (unsigned)(s[i] - '0');

		if (s[i] < '0' || s[i] > '9')
			return 0;
		if (*n > max / 10 || *n * 10 > max - (digit < max ?
		    digit : max) || digit > max)
			return 0;
		*n = *n * 10 + digit;
	}
	return len > 0;
}

static void
try_number(const char *s, size_t len, uint64_t max)
{
	uint64_t n = 0, plain;
	int good = plain_number(s, len, max, &plain);

	if ((parse_number(s, len, max, &n) == 0) != good ||
	    (good && n != plain))
		WRONG("another number");
}

static void
try_fd(const char *s)
{
	uint64_t plain;
	int fd, good = plain_number(s, strlen(s), INT_MAX, &plain);

	if ((parse_fd(s, &fd) == 0) != good || (good &&
	    (uint64_t)fd != plain))
		WRONG("another descriptor");
}

/* All digits?  They may be none. */
static int
all_digits(const char *s, size_t len)
{
	while (len > 0 && s[len - 1] >= '0' && s[len - 1] <= '9')
		len--;
	return len == 0;
}

/* The letter behind a number means so many seconds; it is cut off. */
static unsigned
take_letter(const char *s, size_t *len)
{
	char letter = *len > 1 ? s[*len - 1] : '\0';

	if (letter != 's' && letter != 'm' && letter != 'h' && letter != 'd')
		return 1;
	--*len;
	return letter == 's' ? 1 : letter == 'm' ? 60 : letter == 'h' ? 3600 :
	    86400;
}

static int
plain_seconds(const char *s, size_t len, long long *ms)
{
	size_t whole = 0, i, decimals;
	unsigned unit;
	uint64_t n;

	if (len == 7 && memcmp(s, "forever", 7) == 0)
		return *ms = PARSE_FOREVER, 1;
	unit = take_letter(s, &len);
	while (whole < len && s[whole] != '.')
		whole++;
	decimals = whole < len ? len - whole - 1 : 0;
	if (whole + decimals == 0 || !all_digits(s, whole) ||
	    !all_digits(s + len - decimals, decimals))
		return 0;
	if (whole > 0 && !plain_number(s, whole, LONGEST, &n))
		n = LONGEST;
	else if (whole == 0)
		n = 0;
	if (n > LONGEST / unit)
		n = LONGEST / unit;
	for (s += len - decimals, i = 0; i < 3; i++)
		n = n * 10 + (i < decimals ? (unsigned)(s[i] - '0') : 0);
	for (; i < decimals; i++)
		if (s[i] != '0')
			break;
	*ms = ((long long)n + (i < decimals && decimals > 3)) * unit;
	if (*ms > (long long)LONGEST * 1000)
		*ms = (long long)LONGEST * 1000;
	return 1;
}

static void
try_seconds(const char *s, size_t len)
{
	long long ms = 0, plain = 0;
	char text[PARSE_SECONDS_TEXT];
	int good = plain_seconds(s, len, &plain);

	if ((parse_seconds(s, len, &ms) == 0) != good ||
	    (good && ms != plain))
		WRONG("another duration");
	if (good && (parse_seconds_text(ms, text) != text ||
	    memchr(text, '\0', sizeof text) == NULL ||
	    parse_seconds(text, strlen(text), &ms) == -1 || ms != plain))
		WRONG("it is not read as it is written");
}

static void
try_size(const char *s)
{
	size_t cols = strcspn(s, "x");
	struct winsize size;
	uint64_t c = 0, r = 0;
	int good = s[cols] == 'x' && plain_number(s, cols, 65535, &c) &&
	    plain_number(s + cols + 1, strlen(s + cols + 1), 65535, &r) &&
	    c > 0 && r > 0;

	if ((terminal_parse_size(s, &size) == 0) != good ||
	    (good && (size.ws_col != c || size.ws_row != r)))
		WRONG("another size");
}

static void
try_restart(const char *s)
{
	static const char *const policies[] = {
		"no", "once", "on-failure", "always"
	};
	size_t n = strcspn(s, ","), i;
	struct restart r;
	uint64_t tries = 10;
	int good = s[n] == '\0' || (plain_number(s + n + 1,
	    strlen(s + n + 1), 999999999, &tries) && tries > 0);

	for (i = 0; i < 4; i++)
		if (strlen(policies[i]) == n && memcmp(s, policies[i], n) == 0)
			break;
	good = good && i < 4;
	if ((restart_parse(&r, s) == 0) != good || (good &&
	    (r.policy != (enum restart_policy)i || r.limit != tries ||
	    r.tries != 0)))
		WRONG("another policy");
}

/* SIZE[,FILES], where a letter multiplies the size. */
static void
try_logsize(const char *text)
{
	static const char letters[] = "KkMmGg";
	size_t n = strcspn(text, ",");
	const char *letter = n > 0 ? strchr(letters, text[n - 1]) : NULL;
	unsigned power = letter == NULL ? 0 :
	    10 * (1 + (unsigned)(letter - letters) / 2);
	uint64_t bytes = 0, files = LOGSIZE_FILES;
	struct logsize s;
	int good = plain_number(text, n - (letter != NULL),
	    (uint64_t)1 << (50 - power), &bytes) && bytes > 0 &&
	    (text[n] == '\0' || plain_number(text + n + 1,
	    strlen(text + n + 1), 999, &files));

	if ((logsize_parse(&s, text) == 0) != good || (good &&
	    ((uint64_t)s.bytes != bytes << power ||
	    (uint64_t)s.files != files)))
		WRONG("another size of a log");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint64_t limits[] = {
		0, 1, 9, 10, 99, 255, 65535, INT_MAX, UINT32_MAX, INT64_MAX,
		UINT64_MAX - 1, UINT64_MAX
	};
	char *s = bytes_text(data, size), *exact = bytes_copy(data, size);
	size_t i;

	for (i = 0; i < sizeof limits / sizeof limits[0]; i++)
		try_number(exact, size, limits[i]);
	try_seconds(exact, size);
	try_fd(s);
	try_size(s);
	try_restart(s);
	try_logsize(s);
	free(exact);
	free(s);
	return 0;
}
