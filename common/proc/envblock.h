/*
 * envblock.h - find variables in an environment block: entries NAME=VALUE,
 * each ended by a NUL, which the last entry may lack.
 *
 * The whole NAME must match.  An empty entry does not end the block, and a
 * newline is a byte like any other.
 */
#ifndef ENVBLOCK_H
#define ENVBLOCK_H

#include <stddef.h>

/*
 * Return the value of the next entry called name, or NULL.  *len becomes its
 * length; a NUL follows the value unless it ends the block.  The search starts
 * at *pos, 0 for the first call, and moves it behind the entry.
 */
const char	*envblock_next(const char *block, size_t size,
		    const char *name, size_t *pos, size_t *len);

#endif
