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
 * Parse len bytes as a duration: seconds (`5', `0.25', `5s'), minutes (`2m'),
 * hours (`1h'), days (`1d') or `forever'.  *ms becomes milliseconds, rounded
 * up, or PARSE_FOREVER.  More than 10^12 seconds (31,000 years)
 * count as 10^12.  EINVAL.
 */
int	parse_seconds(const char *s, size_t len, long long *ms);

/* What a message says of a text that is no duration. */
#define PARSE_SECONDS_HINT	"not a duration: 5, 0.5, 90s, 2m, 1h, 1d, " \
				"forever"

#define PARSE_SECONDS_TEXT	32	/* bytes that hold any such text */

/* Write ms as parse_seconds reads it, in seconds, into buf; return buf. */
char	*parse_seconds_text(long long ms, char buf[PARSE_SECONDS_TEXT]);

#endif
