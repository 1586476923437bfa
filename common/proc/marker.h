/*
 * marker.h - an entry of an environment block that marks a process.
 *
 * The operand NAME matches any value of the variable NAME.  NAME=PATTERN
 * matches by fnmatch(3), byte by byte in the C locale.  A handle matches if
 * the process's lineage holds that handle.
 */
#ifndef MARKER_H
#define MARKER_H

#include <stddef.h>

#include "proc/handle.h"

struct marker {
	char		*name;		/* malloc'ed */
	const char	*pattern;	/* NULL: any value */
	int		 lineage;	/* the operand is a handle */
	struct handle	 id;		/* that the lineage must hold */
};

/* The whole entry NAME=VALUE of a block in which a marker was found. */
struct marker_match {
	const char	*entry;
	size_t		 len;
};

/*
 * Parse an operand of pgscan into *m, which then points into operand.  0, or -1
 * with EINVAL: the name is empty, or starts with a digit and is no handle; or
 * ENOMEM.
 */
int	marker_parse(struct marker *m, const char *operand);
void	marker_free(struct marker *m);

/*
 * Does the block of len bytes carry the marker?  1 or 0.  If it does and match
 * is not NULL, *match becomes the first entry that matches.
 */
int	marker_match(const struct marker *m, const char *block, size_t len,
	    struct marker_match *match);

/* The same for all n markers; *match becomes the entry of the first one. */
int	marker_match_all(const struct marker *m, size_t n, const char *block,
	    size_t len, struct marker_match *match);

/*
 * May text be put into an environment as a marker?  1 if it is NAME=VALUE,
 * NAME is made of letters, digits and _ and does not start with a digit, and
 * VALUE has no newline; else 0.
 */
int	marker_valid(const char *text);

#endif
