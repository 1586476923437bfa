/*
 * startorder.h - the order in which services start, from after= in a Procfile.
 * The order is transitive: if web is after app and app is after db, web is
 * after db, even if app is not started.
 */
#ifndef STARTORDER_H
#define STARTORDER_H

#include "conf/procfile.h"

enum startorder_need {
	STARTORDER_NONE,
	STARTORDER_READY,	/* it waits until the other is ready */
	STARTORDER_DONE		/* it waits until the other ended with 0 */
};

struct startorder {
	size_t		 n;		/* services */
	unsigned char	*need;		/* need[i * n + k]: of i for k; NULL:
					 * no service waits */
};

/*
 * Work out the order of p's services.  Report each name in after= that is no
 * service, and each cycle, as errors of *p.  0, or -1 with ENOMEM.  Unless it
 * is -1 the caller frees *o.
 */
int	startorder_open(struct startorder *o, struct procfile *p);
void	startorder_free(struct startorder *o);

/* Return what service i waits for in service k, directly or by others. */
enum startorder_need	startorder_need(const struct startorder *o, size_t i,
		    size_t k);

/*
 * Report as an error each NAME:done whose service can never be done, because
 * its restart policy is no or always.  policy is for services without restart=;
 * NULL is `no'.
 */
void	startorder_check_done(struct procfile *p, const char *policy);

#endif
