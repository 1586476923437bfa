/*
 * pgattach_keys.h - the keys that detach, among those that are typed.
 *
 * Keys that may begin the sequence are held back, for HOLD ms at most, so that
 * a key of the sequence alone reaches the command, too.
 */
#ifndef PGATTACH_KEYS_H
#define PGATTACH_KEYS_H

#include <stddef.h>

#include "base/deadline.h"

#define KEYS_MAX	8

struct keys {
	char		sequence[KEYS_MAX];
	size_t		len;		/* 0: nothing detaches */
	size_t		held;		/* so many keys of it were typed */
	struct deadline	until;		/* then they are let go */
};

/*
 * Parse the sequence: ^X is a control key, ^^ is Ctrl-^, other characters are
 * themselves.  0, or -1 with EINVAL.
 */
int	keys_parse(struct keys *k, const char *text);

/*
 * Look at n keys that were typed.  out gets those that may be passed on, n +
 * KEYS_MAX at most; *len is how many.  Return 1 if the sequence is complete;
 * the keys behind it are dropped.  Else 0.
 */
int	keys_feed(struct keys *k, const char *p, size_t n, char *out,
	    size_t *len);

/* Let go what is held if its time is over; return how many keys out gets. */
size_t	keys_let_go(struct keys *k, char out[KEYS_MAX]);

#endif
