/*
 * vis.h - show untrusted text on a terminal.
 *
 * ASCII and UTF-8 are safe, with these exceptions: control characters (bytes
 * below 0x20, 0x7f, and U+0080 to U+009F, which terminals obey too); bytes
 * that are not UTF-8; and the backslash, which begins an escape.
 */
#ifndef VIS_H
#define VIS_H

#include <stddef.h>

/*
 * Return how many of the len bytes at s are safe, up to the first unsafe one.
 * The caller writes that byte as \xNN and calls again with the bytes after it.
 */
size_t	vis_span(const char *s, size_t len);

/* Replace each unsafe byte of s, except a backslash, by a question mark. */
void	vis_mask(char *s);

/* Turn each \xNN in s back into its byte.  Return the length of the text. */
size_t	vis_undo(char *s);

/*
 * Append s and a NUL at to[*n] and add the length to *n.  Each unsafe byte
 * becomes \xNN.  If the size bytes at to cannot hold all of s, append
 * as many whole characters and escapes as fit.  Return 1 if all of s was
 * appended, else 0.
 */
int	vis_add(char *to, size_t size, size_t *n, const char *s);

#endif
