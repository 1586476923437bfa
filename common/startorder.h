/*
 * startorder.h - who starts before whom: what after= in a Procfile says, and what
 * follows from that.  If web is after app and app is after db, web is after db,
 * whether app runs or not.
 */
#ifndef STARTORDER_H
#define STARTORDER_H

#include "procfile.h"

/*
 * Tell of each after= that names no service, and of cycles, as faults of *p, and
 * count them among its errors.  -1 with ENOMEM.
 */
int	startorder_check(struct procfile *p);

/*
 * The services before s, or behind it, each once: a list of *n that the caller
 * frees.  Only of a file without errors.  NULL with ENOMEM.
 */
const struct procfile_service	**startorder_before(const struct procfile *p,
		    const struct procfile_service *s, size_t *n);
const struct procfile_service	**startorder_behind(const struct procfile *p,
		    const struct procfile_service *s, size_t *n);

#endif
