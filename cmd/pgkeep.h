/* pgkeep.h - the options and subcommands of pgkeep. */
#ifndef PGKEEP_H
#define PGKEEP_H

#include "job/chain.h"
#include "proc/handle.h"
#include "conf/restart.h"

enum {
	STATUS_FAILED = 1,	/* a want was not fulfilled */
	STATUS_OWN = 125	/* pgkeep itself failed, or usage */
};

struct options {
	struct chain	 chain;		/* that pgkeep is a link of */
	const char	*self;		/* argv[0] of pgkeep */
	const char	*path;		/* of -D */
	int		 dir;		/* open descriptor of it */
	const char	*after, *before;	/* lists of -A, -B; or "" */
	int		 events, ready;	/* descriptors of -E and -r, or -1 */
	int		 has_watched;	/* there is a -K */
	struct handle	 watched;	/* of -K */
	struct restart	 restart;	/* of -R */
	const char	*word;		/* subcommand: run, start ... */
	const char	*name;		/* service of run */
	char		**argv;		/* operands that follow */
};

/*
 * The subcommands.  Each prints its messages and returns the exit status of
 * pgkeep; on a failure of its own it exits with STATUS_OWN.
 */
int	keep_service(struct options *o);
int	send_wants(struct options *o);
int	list_services(struct options *o);
int	watch_keepers(struct options *o);

#endif
