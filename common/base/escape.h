/* escape.h - text of strangers, as a terminal may see it. */
#ifndef ESCAPE_H
#define ESCAPE_H

#include <stddef.h>

/*
 * Add s at to[*n], and a NUL, as far as size bytes hold it: what is not safe
 * (vis.h) as \xNN, no character and no escape cut in two.  1 if all of it
 * was added, else 0.
 */
int	vis_add(char *to, size_t size, size_t *n, const char *s);

#endif
