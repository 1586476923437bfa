/*
 * screen.h - the last output of a terminal, for one that joins later.
 *
 * It is text: control sequences that ask the terminal a question (the answer
 * would become input), that clear or switch the screen, or that move elsewhere
 * on it are left out.  Colours and movements within the line stay.
 */
#ifndef SCREEN_H
#define SCREEN_H

#include <stddef.h>

#define SCREEN_SIZE	8192	/* bytes that are kept, a power of 2 */

struct screen {
	size_t	total;			/* bytes that came so far */
	char	buf[SCREEN_SIZE];	/* the last of them, as a ring */
};

/* Keep n more bytes. */
void	screen_add(struct screen *s, const char *p, size_t n);

/*
 * Write the last `rows' lines to out and return their length.  Output that is
 * in the middle of a control sequence ends there.
 */
size_t	screen_text(const struct screen *s, unsigned int rows,
	    char out[SCREEN_SIZE]);

#endif
