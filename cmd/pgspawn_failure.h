/* pgspawn_failure.h - why a command could not be started, in words. */
#ifndef PGSPAWN_FAILURE_H
#define PGSPAWN_FAILURE_H

#include "job/spawn.h"
#include "pgspawn_options.h"

/* Print why the command could not be started; return the exit status. */
int	failure_explain(const struct options *o, const struct spawn_failure *f);

#endif
