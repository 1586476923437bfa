/*
 * groupend.h - the ending (ending.h) of one group, for those who may never come
 * to it and wait meanwhile: they have no need of its memory until then.
 */
#ifndef GROUPEND_H
#define GROUPEND_H

#include "ending.h"

/*
 * As ending_open, but malloc'ed, and without the group's escapees where
 * processes cannot be listed.  To be closed in the end; NULL and errno.
 */
struct ending	*groupend_open(const struct procid *id,
		    const struct ending_options *options);
void	groupend_close(struct ending *e);

#endif
