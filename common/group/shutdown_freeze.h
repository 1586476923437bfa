/*
 * shutdown_freeze.h - stop a tree that runs away while it is listed, so that it can be
 * killed as a whole.
 *
 * Whoever is killed before all his children are known leaves them to nobody,
 * and gives them room to fork.  Who is stopped does neither.
 *
 *  1. Only what may be killed as well MUST be stopped: groups as pgroup.h has
 *     them, and processes outside that are watched.
 *  2. Where nobody is outside nothing MUST be stopped.
 *  3. The caller MUST kill all of them right after, and take no signal before
 *     that has happened, for nobody MUST be left stopped.
 */
#ifndef SHUTDOWN_FREEZE_H
#define SHUTDOWN_FREEZE_H

struct shutdown;

/*
 * Stop all targets that are open, and hunt until that finds nobody who is new
 * after all that were known had stopped; for a second at most.
 */
void	shutdown_freeze(struct shutdown *e);

#endif
