/* pgspawn_output.h - pgspawn -o: the file that gets the output. */
#ifndef PGSPAWN_OUTPUT_H
#define PGSPAWN_OUTPUT_H

#include "pgspawn_options.h"

/*
 * Open it, if there is one; dies if that cannot be.  A FIFO that nobody reads is
 * waited for: then a signal that asks to end, or the end of the keeper, ends us.
 */
void	open_output(struct options *o);

#endif
