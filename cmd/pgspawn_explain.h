/* pgspawn_explain.h - why a command did not start, and how it ended. */
#ifndef PGSPAWN_EXPLAIN_H
#define PGSPAWN_EXPLAIN_H

#include "pgspawn_options.h"

/* Print why the command could not be started; return the exit status. */
int	explain(const struct options *o, const struct spawn_failure *f);

/*
 * Print that processes are left, also without -v: a person has to end them.
 * o->started is the handle of the command.
 */
void	tell_left(const struct options *o, const struct supervise_end *end);

/* With -v, print how the command ended; and tell_left where it holds. */
void	tell_end(const struct options *o, const struct supervise_end *end);

#endif
