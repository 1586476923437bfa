/*
 * linewatch.h - has a command written a line that matches a pattern?
 *
 * The pattern is a POSIX extended regular expression, which any part of a line
 * may match.  It is tried on whole lines, without the newline and a carriage
 * return before it.  Only the first LINEWATCH_LINE bytes of a line are tried,
 * and only those before a NUL.
 */
#ifndef LINEWATCH_H
#define LINEWATCH_H

#include <sys/types.h>
#include <regex.h>
#include <stddef.h>

#define LINEWATCH_LINE	8192

struct linewatch {
	regex_t		 regex;
	const char	*pattern;	/* belongs to the caller */
	int		 found;		/* a line has matched */
	struct {
		size_t	 len;
		char	 text[LINEWATCH_LINE + 1];
	} line[2];			/* the unfinished line of each stream */
};

/*
 * Return a malloc'ed watch for pattern; or NULL if the pattern is wrong or
 * there is no memory: then the size bytes at reason say why.
 */
struct linewatch *linewatch_new(const char *pattern, char *reason,
	    size_t size);
void	linewatch_free(struct linewatch *w);	/* w may be NULL */

/* Look at the next n bytes of stream 0 or 1. */
void	linewatch_feed(struct linewatch *w, int stream, const char *p,
	    size_t n);

#endif
