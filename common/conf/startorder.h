/*
 * startorder.h - which service starts before which: what after= in a Procfile says,
 * and what follows from that.  If web is after app and app is after db, web is after
 * db, whether app runs or not.
 */
#ifndef STARTORDER_H
#define STARTORDER_H

#include "conf/procfile.h"

enum startorder_need {
	STARTORDER_NONE,
	STARTORDER_READY,	/* it starts when that one is ready */
	STARTORDER_DONE		/* and when that one has ended with 0 */
};

struct startorder {
	size_t		 n;
	unsigned char	*need;		/* n of each service */
};

/*
 * Tell of each after= that names no service, and of cycles, as errors of *p.  The
 * caller frees *o unless it is -1 with ENOMEM.
 */
int	startorder_open(struct startorder *o, struct procfile *p);
void	startorder_free(struct startorder *o);

/* What does the service at i of the file want of that at k, itself or by others? */
enum startorder_need	startorder_need(const struct startorder *o, size_t i,
		    size_t k);

/*
 * Tell of each :done of a service that is never done, as errors: its own policy, or
 * the one of services that have none (NULL: no), ends or restarts it instead.
 */
void	startorder_check_done(struct procfile *p, const char *policy);

#endif
