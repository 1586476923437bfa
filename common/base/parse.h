/*
 * parse.h - numbers from the user, strictly: the whole string, decimal, no
 * sign, no blanks, no 0x.
 */
#ifndef PARSE_H
#define PARSE_H

#include <sys/types.h>
#include <stddef.h>
#include <stdint.h>

#define PARSE_FOREVER	(-1LL)

/*
 * Parse the len bytes at s as a number up to max.  EINVAL: no number; ERANGE:
 * too large.
 */
int	parse_number(const char *s, size_t len, uint64_t max, uint64_t *out);

/* A descriptor's number, EINVAL or ERANGE. */
int	parse_fd(const char *s, int *fd);

/*
 * Seconds, with a fraction if need be (`5', `0.25'), or `forever', of len
 * bytes; *ms is milliseconds, rounded up, or PARSE_FOREVER.  More than 31,000
 * years are as many.  EINVAL.
 */
int	parse_seconds(const char *s, size_t len, long long *ms);

#endif
