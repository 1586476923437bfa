/*
 * shutdown_one.h - end one group (shutdown.h) with memory that is allocated
 * only then, for a supervisor that waits for long first.
 */
#ifndef SHUTDOWN_ONE_H
#define SHUTDOWN_ONE_H

#include "group/shutdown.h"

/*
 * As shutdown_open, but malloc'ed, and without escapees where processes cannot
 * be listed.  Return it, to be closed by the caller, or NULL and errno as
 * shutdown_open.
 */
struct shutdown	*shutdown_one_open(const struct handle *id,
		    const struct shutdown_options *options);
void	shutdown_one_close(struct shutdown *e);

#endif
