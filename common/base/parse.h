/*
 * parse.h - parse numbers from the user strictly: the whole string, decimal,
 * no sign, no blanks, no 0x.  Each function returns 0, or -1 and errno.
 */
#ifndef PARSE_H
#define PARSE_H

#include <sys/types.h>
#include <stddef.h>
#include <stdint.h>

#define PARSE_FOREVER	(-1LL)

/*
 * Parse the len bytes at s as a number from 0 to max.  EINVAL: not a number;
 * ERANGE: it is larger than max.
 */
int	parse_number(const char *s, size_t len, uint64_t max, uint64_t *out);

/* Parse the number of a descriptor.  EINVAL, ERANGE. */
int	parse_fd(const char *s, int *fd);

/*
 * Parse len bytes as seconds (`5', `0.25') or `forever'.  *ms becomes
 * milliseconds, rounded up, or PARSE_FOREVER.  A number above 10^12 seconds
 * (31,000 years) counts as 10^12.  EINVAL.
 */
int	parse_seconds(const char *s, size_t len, long long *ms);

#endif
