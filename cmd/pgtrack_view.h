/* trackview.h - what pgtrack shows of services that have been looked at. */
#ifndef PGTRACK_VIEW_H
#define PGTRACK_VIEW_H

#include <stddef.h>

#include "service/service.h"

/* Print n services; return the worst status. */
int	pgtrack_view_get(const struct service *list, size_t n, int bare);
int	pgtrack_view_list(const struct service *list, size_t n, int bare,
	    int all);
int	pgtrack_view_status(const struct service *list, size_t n);

#endif
