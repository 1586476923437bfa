/* pgscan_print.h - the list of pgscan, as lines or as JSON. */
#ifndef PGSCAN_PRINT_H
#define PGSCAN_PRINT_H

#include "io/json.h"
#include "proc/handle.h"
#include "scan/carrier.h"
#include "scan/orphan.h"

/* State of a process that was found without a marker: printed as unknown. */
enum { PRINT_UNMARKED = ORPHAN_ALONE + 1 };

struct printer {
	int		bare, groups, header, json;
	struct json	out;
};

/* Print the header, or the JSON around the list. */
void	print_begin(struct printer *p);
void	print_end(struct printer *p);

/* Print a process, or with groups only its group, whose handle is group. */
void	print_carrier(struct printer *p, const struct carrier *c,
	    const struct handle *group, int state);

#endif
