/*
 * linewatch.h - has a command written a line that matches a pattern?
 *
 * The pattern is an extended regular expression of POSIX, which any part of a line
 * may match.  Only whole lines count, without their newline and a carriage return
 * before it.  Of a long line the beginning counts, LINEWATCH_LINE bytes, and of one
 * with a NUL what is in front of that.
 */
#ifndef LINEWATCH_H
#define LINEWATCH_H

#include <sys/types.h>
#include <regex.h>
#include <stddef.h>

#define LINEWATCH_LINE	8192

struct linewatch {
	regex_t		 regex;
	const char	*pattern;	/* the caller's */
	int		 found;
	struct {
		size_t	 len;
		char	 text[LINEWATCH_LINE + 1];
	} line[2];			/* not at their end yet */
};

/*
 * A malloc'ed one for that pattern; NULL: the pattern is wrong, or there is no
 * memory, which is then in the size bytes at reason.
 */
struct linewatch *linewatch_new(const char *pattern, char *reason,
	    size_t size);
void	linewatch_free(struct linewatch *w);	/* or NULL */

/* The next n bytes of stream 0 or 1. */
void	linewatch_feed(struct linewatch *w, int stream, const char *p,
	    size_t n);

#endif
