/*
 * shutdown_one.h - the ending (shutdown.h) of one group, for those who may never come
 * to it and wait meanwhile: they have no need of its memory until then.
 */
#ifndef SHUTDOWN_ONE_H
#define SHUTDOWN_ONE_H

#include "group/shutdown.h"

/*
 * As shutdown_open, but malloc'ed, and without the group's escapees where
 * processes cannot be listed.  To be closed in the end; NULL and errno.
 */
struct shutdown	*shutdown_one_open(const struct handle *id,
		    const struct shutdown_options *options);
void	shutdown_one_close(struct shutdown *e);

#endif
