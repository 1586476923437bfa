/*
 * pgkeep_service.h - a service among others, which tells them of its state, starts
 * when they are ready and ends before them.
 *
 *  1. Its file in the directory has the state it is in, and beside it is the handle
 *     of its keeper, us.
 *  2. While a pgkeep that ends all of them lives, as the link .stopping tells, one
 *     that is asked to end waits for those that come after it; but one that has
 *     lost the process of -K waits for none.
 *  3. To tell an event MUST NOT block; the newest state is the one that is told.
 */
#ifndef PGKEEP_SERVICE_H
#define PGKEEP_SERVICE_H

#include "base/eventline.h"
#include "pgkeep.h"
#include "service/svcstate.h"

struct service {
	const struct options	*o;
	struct svcstate_line	 line;		/* what the others see of us */
	struct eventline	 events;
	int			 untold;	/* its state is no event yet */
	int			 complained;	/* that it cannot be written */
};

/* Dies of what makes that impossible. */
void	service_open(struct service *s, const struct options *o);

/* Leave, when the last state is told or nobody takes it. */
void	service_close(struct service *s);

/* Tell what state it is in, with the rest of its line. */
void	service_tell(struct service *s, enum svcstate state);

/* Tell the event that there was no room for. */
void	service_retry(struct service *s);

/* Why it cannot start yet, blocked or waiting, which is told; or NONE. */
enum svcstate	service_await(struct service *s);

/* Are those that come after it to end first, and have not? */
int	service_must_linger(const struct service *s);

#endif
