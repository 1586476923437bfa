/* pgproc_environ.h - the environment of the services. */
#ifndef PGPROC_ENVIRON_H
#define PGPROC_ENVIRON_H

#include "pgproc.h"

/*
 * Add the entries of the environment files (-e) to the environment of this
 * process.  Without -e read .env beside the Procfile, if it exists.  Exits if
 * a file cannot be read.
 */
void	load_environment(struct options *o);

/* The base port: of -p, else of PORT, which a file may have set, else 5000. */
int	base_port(const struct options *o);

/* Set PORT and PS; remove PGKEEP_ID and PROCGROUP_NAME. */
void	set_service(int port, const char *name, int instance);

#endif
