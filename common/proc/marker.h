/*
 * marker.h - entries of an environment block that mark a process.
 *
 * An operand NAME means any value, NAME=PATTERN is matched by fnmatch(3)
 * against each value of NAME, byte by byte in the C locale.  A handle means
 * that the lineage holds it.
 */
#ifndef MARKER_H
#define MARKER_H

#include <stddef.h>

#include "proc/handle.h"

struct marker {
	char		*name;		/* malloc'ed */
	const char	*pattern;	/* NULL: any value */
	int		 lineage;	/* then id is what it must hold */
	struct handle	 id;
};

/* Where in a block a marker was found: the whole entry NAME=VALUE. */
struct marker_match {
	const char	*entry;
	size_t		 len;
};

/*
 * Read an operand of pgscan into *m, which points into it from then on.
 * EINVAL: an empty name, or one that starts with a digit and is no handle;
 * ENOMEM.
 */
int	marker_parse(struct marker *m, const char *operand);
void	marker_free(struct marker *m);

/*
 * Does the block of len bytes carry the marker?  *match (if not NULL) is then
 * the first entry that does.  1 or 0.
 */
int	marker_match(const struct marker *m, const char *block, size_t len,
	    struct marker_match *match);

/* Does it carry all n of them?  *match is then the first one's entry. */
int	marker_match_all(const struct marker *m, size_t n, const char *block,
	    size_t len, struct marker_match *match);

/*
 * Is text NAME=VALUE such as may be put in an environment as a marker: a name
 * of letters, digits and _ that does not start with a digit, and a value
 * without newlines?
 */
int	marker_valid(const char *text);

#endif
