/*
 * detach.h - start a command and let it go.
 *
 * With a label, a PTY, a keeper, an idle input or a line to wait for one process
 * stays with it, in a session of its own, and ends with the group; else none does.
 */
#ifndef DETACH_H
#define DETACH_H

#include "job/job.h"

/*
 * Start it, and wait until it is ready if it is to say so.  Return 0 with *id,
 * -1 with *failure as job_start, or 1 with *end: it did not get ready.
 */
int	detach(const struct job_options *o, struct handle *id,
	    struct spawn_failure *failure, struct supervise_end *end);

#endif
