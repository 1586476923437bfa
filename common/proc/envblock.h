/*
 * envblock.h - find variables in an environment block: entries NAME=VALUE,
 * each ended by a NUL (the last one's may be missing).
 *
 * Entries are compared whole.  An empty entry does not end the block, and a
 * newline is a byte like any other.
 */
#ifndef ENVBLOCK_H
#define ENVBLOCK_H

#include <stddef.h>

/*
 * The value of the next entry called name, or NULL.  *pos is where to search
 * on, 0 at first.  The value is ended by a NUL, or by the block: *len is its
 * length.
 */
const char	*envblock_next(const char *block, size_t size,
		    const char *name, size_t *pos, size_t *len);

#endif
