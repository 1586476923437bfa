#include "config.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
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

/* Take a unit off the end; return the number of seconds that it means. */
static int
take_unit(const char *s, size_t *len)
{
	static const struct { char letter; int seconds; } units[] = {
		{ 's', 1 }, { 'm', 60 }, { 'h', 60 * 60 },
		{ 'd', 24 * 60 * 60 }
	};
	size_t i;

	for (i = 0; i < sizeof units / sizeof units[0]; i++)
		if (*len > 1 && s[*len - 1] == units[i].letter) {
			(*len)--;
			return units[i].seconds;
		}
	return 1;
}

char *
parse_seconds_text(long long ms, char buf[PARSE_SECONDS_TEXT])
{
	char *end;

	if (ms == PARSE_FOREVER)
		snprintf(buf, PARSE_SECONDS_TEXT, "forever");
	else if (ms % 1000 == 0)
		snprintf(buf, PARSE_SECONDS_TEXT, "%lld", ms / 1000);
	else {
		snprintf(buf, PARSE_SECONDS_TEXT, "%lld.%03d", ms / 1000,
		    (int)(ms % 1000));
		for (end = buf + strlen(buf); end[-1] == '0'; end--)
			end[-1] = '\0';
	}
	return buf;
}

int
parse_seconds(const char *s, size_t len, long long *ms)
{
	const char *point = memchr(s, '.', len);
	uint64_t seconds = 0;
	long long fraction = 0;
	size_t whole;
	int unit;

	if (len == 7 && memcmp(s, "forever", 7) == 0) {
		*ms = PARSE_FOREVER;
		return 0;
	}
	unit = take_unit(s, &len);
	whole = point != NULL ? (size_t)(point - s) : len;
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
	if (seconds > SECONDS_MAX / (unsigned)unit)
		seconds = SECONDS_MAX / (unsigned)unit;
	*ms = ((long long)seconds * 1000 + fraction) * unit;
	if (*ms > (long long)SECONDS_MAX * 1000)
		*ms = (long long)SECONDS_MAX * 1000;
	return 0;
}
