#include "config.h"

#include <errno.h>
#include <stdlib.h>

#include "group/shutdown_one.h"

#define AT_ONCE	20	/* tries without a pause */
#define PAUSE	50	/* ms */

/*
 * Without a process table the group alone can be ended.  Any other failure may
 * pass.  The caller closes *e in any case.
 */
static int
open_one(struct shutdown *e, const struct handle *id,
    const struct shutdown_options *options)
{
	struct shutdown_options groups_only = *options;

	if (shutdown_open(e, id, 1, options) == 0)
		return 0;
	if (!options->escapees || (errno != ENOSYS && errno != EXDEV))
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

void
shutdown_late_begin(struct shutdown_late *late, const struct schedule *schedule)
{
	late->schedule = *schedule;
	late->tries = 0;
	late->step = 0;
	late->due = deadline_in(0);
}

int
shutdown_late_step(struct shutdown_late *late, const struct pgroup *group)
{
	const struct schedule_step *step = &late->schedule.step[late->step];

	if (late->tries < AT_ONCE) {
		late->tries++;
		return 0;
	}
	if (!deadline_passed(&late->due))
		return PAUSE;
	if (late->step == late->schedule.n)
		return -1;
	if (step->sig != 0)
		pgroup_signal(group, step->sig);
	late->due = deadline_in(step->ms == SCHEDULE_NOWAIT ? 0 : step->ms);
	late->step++;
	return PAUSE;
}
