/* pgspawn_readiness.h - pgspawn -r: how a command becomes ready. */
#ifndef PGSPAWN_READINESS_H
#define PGSPAWN_READINESS_H

#include "pgspawn_options.h"

/* Parse the argument of -r.  Exits with status 125 if it is bad. */
void	take_readiness(const char *text, struct options *o);

/* Is there a -r? */
int	awaits_readiness(const struct options *o);

/*
 * With -r tcp:port: exit with status 125 if a process accepts on the port
 * already, as the command would seem ready.
 */
void	refuse_taken_port(const struct options *o);

/*
 * Warn that the command was not ready in time, and what was missing: with -r fd
 * what the command said there, if it did.
 */
void	warn_late(const struct options *o, const char *said);

#endif
