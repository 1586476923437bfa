/* signame.h - signals by name and by number. */
#ifndef SIGNAME_H
#define SIGNAME_H

#include <stddef.h>

#define SIGNAME_TEXT	16	/* bytes that hold any name and its NUL */

/*
 * The signal that the len bytes at s name: `TERM', `SIGTERM', `term', `15',
 * `RTMIN+3'.  0 is the signal that only asks.  -1 with EINVAL: unknown.
 */
int	signame_number(const char *s, size_t len);

/* The name of sig without SIG, or its number, in buf; returns buf. */
char	*signame_text(int sig, char buf[SIGNAME_TEXT]);

#endif
