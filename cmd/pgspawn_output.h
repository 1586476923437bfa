/* pgspawn_output.h - pgspawn -o: the file that gets the output. */
#ifndef PGSPAWN_OUTPUT_H
#define PGSPAWN_OUTPUT_H

#include "pgspawn_options.h"

/*
 * Open the file of -o, if there is one.  Exits with status 125 if it cannot be
 * opened.  If it is a FIFO without a reader, wait for the reader; meanwhile
 * HUP, INT, QUIT, TERM or the end of the owner (-K) ends pgspawn.
 */
void	open_output(struct options *o);

#endif
