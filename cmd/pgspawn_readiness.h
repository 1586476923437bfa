/* pgspawn_readiness.h - pgspawn -r: how a command says that it is ready. */
#ifndef PGSPAWN_READINESS_H
#define PGSPAWN_READINESS_H

#include "pgspawn_options.h"

/* What -r takes; dies of what makes no sense. */
void	take_readiness(const char *text, struct options *o);

/* Is it to say so? */
int	awaits_readiness(const struct options *o);

/* Die if another process accepts on its port: that one would seem ready. */
void	refuse_taken_port(const struct options *o);

/* Say that it was not ready in time: for what, and how long it was waited. */
void	warn_late(const struct options *o);

#endif
