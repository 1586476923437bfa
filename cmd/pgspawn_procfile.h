/* pgspawn_procfile.h - pgspawn -f: services of a Procfile. */
#ifndef PGSPAWN_PROCFILE_H
#define PGSPAWN_PROCFILE_H

#include "pgspawn_options.h"

/*
 * Read the Procfile of *o.  With a service as the first operand make it the
 * command, and what the Procfile says of it the options; without one *o is for
 * procfile_list.  Dies of what makes no sense.
 */
void	take_procfile(struct options *o);

/* Print each service with its port; return the status. */
int	list_procfile(const struct options *o);

#endif
