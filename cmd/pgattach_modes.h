/*
 * pgattach_modes.h - the modes that a command's output has set in a terminal
 * (ESC [ ? N h), so that they can be undone when the terminal leaves it.
 */
#ifndef PGATTACH_MODES_H
#define PGATTACH_MODES_H

#include <stddef.h>

struct modes {
	unsigned int	set;		/* a bit for each mode not as usual */
	int		state;		/* within a sequence */
	unsigned int	number;
	unsigned int	seen;		/* bits of the numbers so far */
};

#define MODES_TEXT	256

/* Look at n bytes of output. */
void	modes_see(struct modes *m, const char *p, size_t n);

/*
 * Write to out what makes the terminal as usual again, and return its length.
 * Colours are always reset.
 */
size_t	modes_undo(const struct modes *m, char out[MODES_TEXT]);

#endif
