#include "config.h"

#include <errno.h>
#include <stdlib.h>

#include "groupend.h"

/* To be closed in any case. */
static int
open_one(struct ending *e, const struct procid *id,
    const struct ending_options *options)
{
	struct ending_options near = *options;

	if (ending_open(e, id, 1, options) == 0)
		return 0;
	if (!options->escapees)
		return -1;
	ending_close(e);
	near.escapees = 0;
	return ending_open(e, id, 1, &near);
}

struct ending *
groupend_open(const struct procid *id, const struct ending_options *options)
{
	struct ending *e = malloc(sizeof *e);
	int saved;

	if (e == NULL || open_one(e, id, options) == 0)
		return e;
	saved = errno;
	groupend_close(e);
	return errno = saved, NULL;
}

void
groupend_close(struct ending *e)
{
	if (e != NULL)
		ending_close(e);
	free(e);
}
