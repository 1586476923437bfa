/* escape.h - show untrusted text on a terminal. */
#ifndef ESCAPE_H
#define ESCAPE_H

#include <stddef.h>

/*
 * Append s and a NUL at to[*n] and add the length to *n.  Each unsafe byte
 * (vis.h) becomes \xNN.  If the size bytes at to cannot hold all of s, append
 * as many whole characters and escapes as fit.  Return 1 if all of s was
 * appended, else 0.
 */
int	vis_add(char *to, size_t size, size_t *n, const char *s);

#endif
