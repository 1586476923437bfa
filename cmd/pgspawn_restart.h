/*
 * pgspawn_restart.h - pgspawn -R and -S: a command that is started again, by itself
 * or because somebody wants that.
 */
#ifndef PGSPAWN_RESTART_H
#define PGSPAWN_RESTART_H

#include "pgspawn_options.h"

/* Run the command, once; return its status, and how it ended. */
typedef int	run_command(struct options *o, struct supervise_end *end);

/* Run it until it is not to be started again; return the status. */
int	restart_command(struct options *o, run_command *run);

/* It is ready.  Where nothing is restarted that means nothing. */
void	restart_ready(struct options *o);

#endif
