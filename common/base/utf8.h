/* utf8.h - decode UTF-8. */
#ifndef UTF8_H
#define UTF8_H

#include <stddef.h>

/*
 * Decode the character at s, which has len bytes, at least 1.  Return its
 * length and set *code; 0: the bytes are not UTF-8, as with a surrogate, a
 * longer form than needed, or a character that is cut.
 */
size_t	utf8_decode(const char *s, size_t len, unsigned long *code);

#endif
