/*
 * pgkeep_service.h - the service of this keeper among the others: its state,
 * which services it waits for at its start, and which at its end.
 *
 *  1. The file of the service in the directory holds its state; the file
 *     .keeper beside it holds the handle of this process.
 *  2. The link .stopping holds the handle of a pgkeep that ends all services.
 *     While that pgkeep lives, a service waits at its end for the services of
 *     -B.  A service whose keeper has lost the process of -K does not wait.
 *  3. Writing an event (-E) MUST NOT block.  When events have to wait, only the
 *     newest state is written.
 */
#ifndef PGKEEP_SERVICE_H
#define PGKEEP_SERVICE_H

#include "base/eventline.h"
#include "pgkeep.h"
#include "service/svckeeper.h"
#include "service/svcstate.h"

struct service {
	const struct options	*o;
	struct svcstate_line	 line;		/* as in the state file */
	struct svckeeper	 keeper;	/* this process */
	struct eventline	 events;
	int			 unwritten;	/* the event waits for room */
	int			 complained;	/* of the state file, once */
};

/*
 * Become the keeper of service o->name.  Exits with STATUS_OWN if another
 * process keeps it, or if the directory cannot be written.
 */
void	service_open(struct service *s, const struct options *o);

/*
 * Stop being the keeper.  Waits up to ten seconds until the last event is
 * written.
 */
void	service_close(struct service *s);

/* Enter the state: write the state file and the event. */
void	service_publish(struct service *s, enum svcstate state);

/* Write the event that waits for room, if there is one. */
void	service_retry(struct service *s);

/*
 * May the service start?  SVCSTATE_NONE: it may.  Else it enters the state
 * SVCSTATE_WAITING or SVCSTATE_BLOCKED, which is returned.
 */
enum svcstate	service_await(struct service *s);

/* Do all services end (rule 2), and does one of -B still live? */
int	service_must_linger(const struct service *s);

#endif
