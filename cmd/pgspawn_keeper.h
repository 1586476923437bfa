/*
 * pgspawn_keeper.h - pgspawn -K: the process that the group does not outlive.
 *
 *  1. -K parent means the process that started us: one that has ended before it
 *     could be named MUST be refused, and never be taken for its successor.
 *  2. Under pgkeep(1), which PGKEEP_ID names, the line of -p goes out in two
 *     parts: what it takes to end the group before the exec of the command, the
 *     newline once that is ready.  So there is no guard process: pgkeep ends the
 *     group when we are killed.
 *  3. PGKEEP_ID counts only if it names our own parent, and -p a FIFO.
 */
#ifndef PGSPAWN_KEEPER_H
#define PGSPAWN_KEEPER_H

#include "pgspawn_options.h"

/* What -K takes; dies of what makes no sense. */
void	take_keeper(const char *text, struct options *o);

/*
 * With -K parent, and all other options being set: find that process, and
 * whether it is pgkeep.  Dies if it has ended.
 */
void	find_keeper(struct options *o);

#endif
