/*
 * pgproc_ports.h - the port numbers of the services.
 *
 * The port of an instance is base + step * position of its service in the
 * Procfile + instance - 1.  Base and step come from -p BASE[,STEP], else from
 * .overmind.env, else from PORT, else they are 5000 and 100.  With -p none no
 * service has a port, and PORT stays as it is.
 */
#ifndef PGPROC_PORTS_H
#define PGPROC_PORTS_H

#include "pgproc.h"

#define PGPROC_LAST_PORT	65535

struct portplan {
	int	base;		/* 0: none */
	int	step;
};

/* Work out base and step once the environment is loaded; exits if bad. */
struct portplan	portplan_find(const struct options *o);

/*
 * The port of an instance; instances count from 1.  0: there is none.  Exits
 * then if the service is ready when its port accepts.
 */
int	portplan_of(const struct portplan *p, const struct procfile_service *s,
	    int instance);

/*
 * Exit if a service that needs a port has none, or if an instance has the port
 * of another service.  many is the number of instances of a service.
 */
void	portplan_check(const struct portplan *p, const struct procfile_service *s,
	    int many);

/*
 * Set PORT_NAME to the port of each service's first instance, with _ for each -
 * of the name.  A variable that is set already stays.
 */
void	portplan_export(const struct portplan *p, const struct procfile *file);

#endif
