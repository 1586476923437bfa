/*
 * vis.h - which bytes of a stranger's text a terminal may see.
 *
 * Safe are UTF-8 and ASCII; not safe are control characters (bytes below
 * 0x20, 0x7f, and U+0080 to U+009F, which terminals obey too), what is not
 * UTF-8, and the backslash, so that an escape in its place is never ambiguous.
 */
#ifndef VIS_H
#define VIS_H

#include <stddef.h>

/*
 * How many of the len bytes at s are safe, up to the first that is not.  A
 * caller writes that one as \xNN and asks again behind it.
 */
size_t	vis_span(const char *s, size_t len);

#endif
