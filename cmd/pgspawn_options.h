/* pgspawn_options.h - the options of pgspawn. */
#ifndef PGSPAWN_OPTIONS_H
#define PGSPAWN_OPTIONS_H

#include <sys/ioctl.h>

#include "job/chain.h"
#include "job/job.h"
#include "job/manager.h"
#include "proc/handle.h"
#include "job/spawn.h"

struct options {
	struct job_options	 job;
	struct chain		 chain;		/* pgspawn is a link of it */
	struct winsize		 size;		/* of -g */
	const char		*file;		/* of -o */
	const char		*name;		/* of -n, else argv[0] */
	int			*keep;		/* of -F */
	int			 bare, in_place, verbose;
	int			 named;		/* there is a -n */
	int			 is_patient;	/* there is a -T */
	int			 handle_fd;	/* of -p, or -1 */
	struct handle		 owner;	/* of -K */
	int			 by_parent;	/* the owner is our parent */
	int			 under_pgkeep;	/* and it is pgkeep */
	char			 early[SPAWN_EARLY];	/* told to pgkeep */
	struct handle		 started;	/* the command's handle */
	struct manager		 manager;	/* to hear of readiness, with -r */
};

/*
 * Fill in *o.  before holds the signal settings that pgspawn was started with.
 * Exits with status 125 on a bad option; nothing has been started then.
 */
void	parse_options(int argc, char *argv[],
	    const struct spawn_signals *before, struct options *o);
void	free_options(struct options *o);

#endif
