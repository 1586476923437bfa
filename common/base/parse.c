#include "config.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include "base/parse.h"

#define SECONDS_MAX	(1000ULL * 1000 * 1000 * 1000)	/* 31,000 years */

int
parse_number(const char *s, size_t len, uint64_t max, uint64_t *out)
{
	uint64_t n = 0;
	size_t i;

	for (i = 0; i < len; i++)
		if (s[i] < '0' || s[i] > '9')
			return errno = EINVAL, -1;
	if (len == 0)
		return errno = EINVAL, -1;
	for (i = 0; i < len; i++) {
		unsigned int digit = (unsigned int)(s[i] - '0');

		if (n > (max - digit) / 10 || digit > max)
			return errno = ERANGE, -1;
		n = n * 10 + digit;
	}
	*out = n;
	return 0;
}

int
parse_fd(const char *s, int *fd)
{
	uint64_t n;

	if (parse_number(s, strlen(s), INT_MAX, &n) == -1)
		return -1;
	*fd = (int)n;
	return 0;
}

/* Parse the digits after the point as milliseconds, rounded up. */
static int
parse_fraction(const char *s, size_t len, long long *ms)
{
	long long unit = 100;
	size_t i;

	*ms = 0;
	for (i = 0; i < len; i++, unit /= 10) {
		if (s[i] < '0' || s[i] > '9')
			return errno = EINVAL, -1;
		if (unit > 0)
			*ms += (s[i] - '0') * unit;
		else if (s[i] != '0') {
			(*ms)++;
			break;
		}
	}
	for (; i < len; i++)
		if (s[i] < '0' || s[i] > '9')
			return errno = EINVAL, -1;
	return 0;
}

int
parse_seconds(const char *s, size_t len, long long *ms)
{
	const char *point = memchr(s, '.', len);
	size_t whole = point != NULL ? (size_t)(point - s) : len;
	uint64_t seconds = 0;
	long long fraction = 0;

	if (len == 7 && memcmp(s, "forever", 7) == 0) {
		*ms = PARSE_FOREVER;
		return 0;
	}
	if (point != NULL && len == 1)
		return errno = EINVAL, -1;
	if ((whole > 0 || point == NULL) &&
	    parse_number(s, whole, SECONDS_MAX, &seconds) == -1) {
		if (errno != ERANGE)
			return -1;
		seconds = SECONDS_MAX;
	}
	if (point != NULL &&
	    parse_fraction(point + 1, len - whole - 1, &fraction) == -1)
		return -1;
	*ms = (long long)seconds * 1000 + fraction;
	return 0;
}
