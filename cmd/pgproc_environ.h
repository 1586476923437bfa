/* pgproc_environ.h - the environment of the services. */
#ifndef PGPROC_ENVIRON_H
#define PGPROC_ENVIRON_H

#include "pgproc_ports.h"

/*
 * Add the entries of the environment files (-e) to the environment of this
 * process.  Without -e read .overmind.env and then .env beside the Procfile, if
 * they exist.  Exits if a file cannot be read.
 */
void	load_environment(struct options *o);

/*
 * Set PORT and PS; remove PGKEEP_ID and PROCGROUP_NAME.  A port of 0 removes
 * PORT, unless no service has a port.
 */
void	set_service(const struct portplan *p, int port, const char *name,
	    int instance);

#endif
