/* pgproc_environ.h - the environment that services have. */
#ifndef PGPROC_ENVIRON_H
#define PGPROC_ENVIRON_H

#include "pgproc.h"

/*
 * Add what the environment files say to our environment.  Without -e that is .env
 * beside the Procfile, if it is there.  Dies of a file that cannot be read.
 */
void	load_environment(struct options *o);

/* That of -p, else of PORT, which a file may have set, else 5000. */
int	base_port(const struct options *o);

/* Set PORT and PS, and drop what was for us alone. */
void	set_service(int port, const char *name, int instance);

#endif
