/*
 * pgspawn_service.h - pgspawn -S: a service among others, which tells them of its
 * state, starts when they are ready and ends before them.
 *
 *  1. Its file in the directory has the state it is in, and beside it is the handle
 *     of its keeper, us.  CONT has us look at what somebody wants of it.
 *  2. Where the directory has a file .stopping, who is asked to end waits for
 *     those behind it; but who has lost his keeper waits for nobody.
 */
#ifndef PGSPAWN_SERVICE_H
#define PGSPAWN_SERVICE_H

#include "pgspawn_options.h"
#include "svcstate.h"
#include "svcwish.h"

struct service {
	struct options		*o;
	struct svcstate_line	 line;		/* what the others see of us */
	const struct procfile_service **before, **behind;
	size_t			 nbefore, nbehind;
};

/* Without -S all of this has no effect, and is free.  ENOMEM, ENOSPC ... */
int	service_open(struct service *s, struct options *o);
void	service_close(struct service *s);

/* Tell what state it is in, with the rest of its line. */
void	service_tell(struct service *s, enum svcstate state);

/* Why it cannot start yet, blocked or waiting, which is told; or NONE. */
enum svcstate	service_await(struct service *s);

/* May it end, being asked to by TERM? */
int	service_may_end(struct service *s);

/* What is wanted of it; and that the state tells of what came of that. */
enum svcwish	service_wanted(const struct service *s);
void	service_obeyed(const struct service *s);

/* Does the process of -K live, if there is one? */
int	service_has_keeper(const struct options *o);

#endif
