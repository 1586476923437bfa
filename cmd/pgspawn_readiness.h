/* pgspawn_readiness.h - pgspawn -r: how a command says that it is ready. */
#ifndef PGSPAWN_READINESS_H
#define PGSPAWN_READINESS_H

#include "pgspawn_options.h"

/* What -r takes; dies of what makes no sense. */
void	take_readiness(const char *text, struct options *o);

/* Is it to say so? */
int	awaits_readiness(const struct options *o);

/*
 * Where another command tells of it, have this one begin with a process of its
 * group, but none of its children, that tries that command until it succeeds, and
 * then writes a newline.  Only with the command and -F being set.
 */
void	take_check(struct options *o);

#endif
