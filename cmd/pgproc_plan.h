/* pgproc_plan.h - pgproc list: print how to run the services. */
#ifndef PGPROC_PLAN_H
#define PGPROC_PLAN_H

#include "pgproc_ports.h"

/* Print a line of 14 fields for each instance of each service. */
void	list_plan(const struct options *o, const struct portplan *ports);

#endif
