/*
 * detach.h - start a command in the background.
 *
 * With a label, a PTY, an owner, an idle input or a line of output to wait
 * for, a supervising process stays in the background, in a session of its own,
 * and ends with the group.  Otherwise no process stays.
 */
#ifndef DETACH_H
#define DETACH_H

#include "job/job.h"

/*
 * Start the command, and wait until it is ready if it reports that.  Return 0
 * with *id; -1 with *failure as job_start; or 1 with *end: it did not become
 * ready.
 */
int	detach(const struct job_options *o, struct handle *id,
	    struct spawn_failure *failure, struct supervise_end *end);

#endif
