/*
 * pgspawn_owner.h - pgspawn -K: the owner, a process that the group does not
 * outlive.
 *
 *  1. -K parent means the process that started pgspawn.  If that process has
 *     ended before pgspawn could read its handle, -K MUST fail: the process
 *     that adopts pgspawn MUST NOT be taken for the parent.
 *  2. Under pgkeep(1) the line of -p goes out in two parts: the handle,
 *     options and schedule before the exec of the command, the newline once
 *     the command is ready.  pgkeep ends the group if pgspawn is killed, so
 *     there is no guard process.
 *  3. PGKEEP_ID counts only if it names pgspawn's own parent and -p is a FIFO.
 */
#ifndef PGSPAWN_OWNER_H
#define PGSPAWN_OWNER_H

#include "pgspawn_options.h"

/* Parse the argument of -K.  Exits with status 125 if it is bad. */
void	take_owner(const char *text, struct options *o);

/*
 * With -K parent, after all options are parsed: read the handle of the parent,
 * and find out whether it is pgkeep.  Exits with status 125 if the parent has
 * ended.
 */
void	find_owner(struct options *o);

#endif
