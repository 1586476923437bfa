/* pgspawn_options.h - what pgspawn was asked for. */
#ifndef PGSPAWN_OPTIONS_H
#define PGSPAWN_OPTIONS_H

#include <sys/ioctl.h>

#include "job/chain.h"
#include "job/job.h"
#include "proc/handle.h"
#include "job/spawn.h"

struct options {
	struct job_options	 job;
	struct chain		 chain;		/* that we are a link of */
	struct winsize		 size;		/* of -g */
	const char		*file;		/* of -o */
	const char		*name;		/* of -n, else argv[0] */
	int			*keep;		/* of -F */
	int			 bare, in_place, verbose;
	int			 named;		/* there is a -n */
	int			 is_patient;	/* there is a -T */
	int			 handle_fd;	/* of -p, or -1 */
	struct handle		 keeper;	/* of -K */
	int			 by_parent;	/* that is our parent */
	int			 kept;		/* which is pgkeep */
	char			 early[SPAWN_EARLY];	/* what it is told */
	struct handle		 started;	/* once it is */
};

/*
 * Fill in *o, before being the signals as they were; dies of what makes no
 * sense, and nothing was started then.
 */
void	parse_options(int argc, char *argv[],
	    const struct spawn_signals *before, struct options *o);
void	free_options(struct options *o);

#endif
