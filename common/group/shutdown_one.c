#include "config.h"

#include <errno.h>
#include <stdlib.h>

#include "group/shutdown_one.h"

/* The caller closes *e in any case. */
static int
open_one(struct shutdown *e, const struct handle *id,
    const struct shutdown_options *options)
{
	struct shutdown_options groups_only = *options;

	if (shutdown_open(e, id, 1, options) == 0)
		return 0;
	if (!options->escapees)
		return -1;
	shutdown_close(e);
	groups_only.escapees = 0;
	return shutdown_open(e, id, 1, &groups_only);
}

struct shutdown *
shutdown_one_open(const struct handle *id,
    const struct shutdown_options *options)
{
	struct shutdown *e = malloc(sizeof *e);
	int saved;

	if (e == NULL || open_one(e, id, options) == 0)
		return e;
	saved = errno;
	shutdown_one_close(e);
	return errno = saved, NULL;
}

void
shutdown_one_close(struct shutdown *e)
{
	if (e != NULL)
		shutdown_close(e);
	free(e);
}
