/* lineage.h - find the group that the lineage of a process names. */
#ifndef LINEAGE_H
#define LINEAGE_H

#include <sys/types.h>
#include <stddef.h>

#include "proc/handle.h"

#define LINEAGE_NONE	((size_t)-1)

/*
 * Return the index of the innermost of these n groups whose handle, with its
 * key, is in PGSPAWN_ID of this environment block of len bytes; or
 * LINEAGE_NONE.  Keyless handles never match.
 */
size_t	lineage_find(const struct handle *group, size_t n, const char *block,
	    size_t len);

#endif
