/* signame.h - signals by name and by number. */
#ifndef SIGNAME_H
#define SIGNAME_H

#include <stddef.h>

#define SIGNAME_TEXT	16	/* bytes that hold any name and its NUL */

/*
 * Return the number of the signal that the len bytes at s name: `TERM',
 * `SIGTERM', `term', `15', `RTMIN+3'.  `0' and `EXIT' are 0, which only
 * checks that a process exists.  -1 with EINVAL: there is no such signal.
 */
int	signame_number(const char *s, size_t len);

/* What a message says of a text that names no signal. */
#define SIGNAME_HINT	"not a signal: a name such as TERM, or a number"

/* Write the name of sig without SIG, or its number, into buf; return buf. */
char	*signame_text(int sig, char buf[SIGNAME_TEXT]);

#endif
