/*
 * linecopy.h - copy a line for a screen that the lines of others share.
 *
 *  1. Text that follows a return, as of a progress bar, overwrites the label:
 *     so the label is repeated behind each return but the last of a line.
 *  2. Sequences that clear the screen, move to its corner or change to another
 *     screen can be dropped: ESC c, and CSI with 2J, 3J, J, 0J, H, 1;1H, f,
 *     ?47h, ?1047h, ?1049h and the same with l.
 */
#ifndef LINECOPY_H
#define LINECOPY_H

#include <stddef.h>

/* Return how many labels rule 1 puts into these n bytes. */
size_t	linecopy_labels(const char *line, size_t n);

/*
 * Copy n bytes, with at most `labels' labels of len bytes by rule 1, and
 * without the sequences of rule 2 if drops is set.  Return the length; the
 * caller has room for n + labels * len bytes.
 */
size_t	linecopy(char *to, const char *line, size_t n, const char *label,
	    size_t len, size_t labels, int drops);

#endif
