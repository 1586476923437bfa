/*
 * stdfds.h - a job's descriptors 0, 1 and 2: where its input comes from, and
 * what its output goes through.
 */
#ifndef STDFDS_H
#define STDFDS_H

#include "job/job.h"
#include "job/spawn.h"

/*
 * Make the PTY, the socket for other terminals, the relay and the pipe that the
 * job needs, and fill in what becomes descriptors 0, 1 and 2.  The caller frees
 * what job holds, also after a failure.  0, or -1 with errno; *stage says at
 * what then.
 */
int	stdfds_arrange(struct job *job, struct spawn_options *spawn,
	    enum spawn_stage *stage, const struct job_options *o);

#endif
