/* pgspawn_readiness.h - pgspawn -r: how a command says that it is ready. */
#ifndef PGSPAWN_READINESS_H
#define PGSPAWN_READINESS_H

#include "pgspawn_options.h"

/* What -r takes; dies of what makes no sense. */
void	take_readiness(const char *text, struct options *o);

/* Is it to say so? */
int	awaits_readiness(const struct options *o);

#endif
