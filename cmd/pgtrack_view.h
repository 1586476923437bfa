/* pgtrack_view.h - print services, after service_look. */
#ifndef PGTRACK_VIEW_H
#define PGTRACK_VIEW_H

#include <stddef.h>

#include "service/service.h"

/* Print n services as get, list or status do; return the worst exit status. */
int	pgtrack_view_get(const struct service *list, size_t n, int bare);
int	pgtrack_view_list(const struct service *list, size_t n, int bare,
	    int all);
int	pgtrack_view_json(const struct service *list, size_t n, int all);
int	pgtrack_view_status(const struct service *list, size_t n);

#endif
