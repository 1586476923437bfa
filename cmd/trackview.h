/* trackview.h - what pgtrack shows of services that have been looked at. */
#ifndef TRACKVIEW_H
#define TRACKVIEW_H

#include <stddef.h>

#include "service.h"

/* Print n services; return the worst status. */
int	trackview_get(const struct service *list, size_t n, int bare);
int	trackview_list(const struct service *list, size_t n, int bare,
	    int all);
int	trackview_status(const struct service *list, size_t n);

#endif
