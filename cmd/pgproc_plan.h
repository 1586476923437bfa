/* pgproc_plan.h - pgproc list: how services are to be run. */
#ifndef PGPROC_PLAN_H
#define PGPROC_PLAN_H

#include "pgproc.h"

/* Print a line of 12 fields for each instance of each service. */
void	list_plan(const struct options *o, int base);

#endif
