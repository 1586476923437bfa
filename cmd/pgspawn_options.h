/* pgspawn_options.h - what pgspawn was asked for. */
#ifndef PGSPAWN_OPTIONS_H
#define PGSPAWN_OPTIONS_H

#include <sys/ioctl.h>

#include "job.h"
#include "procfile.h"
#include "procid.h"
#include "restart.h"
#include "startorder.h"
#include "svcwish.h"

struct options {
	struct job_options	 job;
	struct chain		 chain;		/* that we are a link of */
	struct procid		 keeper;	/* of -K */
	int			 by_parent;	/* that is our parent */
	int			 kept;		/* which is pgkeep */
	char			 early[SPAWN_EARLY];	/* what it is told */
	struct winsize		 size;		/* of -g */
	const struct spawn_signals *before;	/* as they were */
	const char		*file;		/* of -o */
	const char		*queue;		/* of -Q, or NULL */
	const char		*name;		/* of -n, else argv[0] */
	int			*keep;		/* of -F */
	int			 bare, in_place, verbose;
	int			 named;		/* there is a -n */
	int			 is_patient;	/* there is a -T */
	int			 handle_fd;	/* of -p, or -1 */
	struct procid		 started;	/* once it is */
	const char		*check;		/* of -r cmd:, or NULL */
	struct procfile		 procfile;	/* of -f, if it has a path */
	const struct procfile_service *service;	/* of that, or NULL */
	struct startorder	 order;		/* of its services */
	const char		*numbers;	/* of -N */
	int			 faulty;	/* a file has faults, told already */
	struct restart		 restart;	/* of -R, or the Procfile */
	int			 restarts;	/* there is a -R */
	int			 state;		/* directory of -S, or -1 */
	int			 events;	/* descriptor of -E, or -1 */
	int			 besides;	/* others than -K -S -W are there */
	int			 wishes;	/* there is a -W: */
	enum svcwish		 wish;		/* NOTHING: that all end */
	struct restarter	*restarter;	/* see pgspawn_restart.h */
};

/*
 * Fill in *o, before being the signals as they were; dies of what makes no
 * sense, and nothing was started then.
 */
void	parse_options(int argc, char *argv[],
	    const struct spawn_signals *before, struct options *o);
void	free_options(struct options *o);

/* One more marker, NAME=VALUE, which has to live as long as *o. */
void	add_entry(struct options *o, char *entry);

#endif
