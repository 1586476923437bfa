/*
 * pgproc_overmind.h - .overmind.env, in which users of overmind keep its
 * options.
 *
 * OVERMIND_PORT, PORT_STEP, NO_PORT and FORMATION count as -p and -m, where
 * these are not given.  A service of CAN_DIE, or any with ANY_CAN_DIE, gets
 * ends=ok, unless it has a policy.  Other options have no effect, and a warning
 * says what to use.
 */
#ifndef PGPROC_OVERMIND_H
#define PGPROC_OVERMIND_H

#include "pgproc.h"

/*
 * Obey the entry NAME=value of the file path.  The entry must last as long as
 * *o.
 */
void	overmind_take(struct options *o, const char *path, char *entry);

/* Give the services of CAN_DIE their policy, once all entries are taken. */
void	overmind_finish(struct options *o);

#endif
