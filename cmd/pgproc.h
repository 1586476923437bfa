/* pgproc.h - the options of pgproc. */
#ifndef PGPROC_H
#define PGPROC_H

#include <stddef.h>

#include "job/chain.h"
#include "conf/procfile.h"
#include "conf/startorder.h"

enum {
	STATUS_WARNED = 1,	/* a line was skipped */
	STATUS_USAGE = 2	/* usage, a fault in a file, or a failure */
};

#define PGPROC_INSTANCES	100	/* the most of one service */

struct options {
	const char	*path;		/* of -f, or NULL */
	const char	**envfile;	/* of -e, nenvfile of them */
	size_t		 nenvfile;
	char		*numbers;	/* of all -m, or NULL */
	const char	*numbers_of;	/* what messages put before them */
	const char	*policy;	/* of -r, or NULL */
	const char	*port;		/* of -p, or NULL */
	const char	*base, *step, *can_die;	/* all of .overmind.env */
	int		 no_port, any_can_die;
	int		 lists;		/* the subcommand is list */
	int		 quiet;		/* no warnings of them */
	int		 warnings;	/* of environment files */
	struct chain	 chain;		/* that pgproc is a link of */
	struct procfile	 procfile;
	struct startorder order;
};

#endif
