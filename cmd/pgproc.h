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
#define PGPROC_LAST_PORT	65535

struct options {
	const char	*path;		/* of -f, or NULL */
	const char	**envfile;	/* of -e, nenvfile of them */
	size_t		 nenvfile;
	const char	*numbers;	/* of -m, or NULL */
	const char	*policy;	/* of -r, or NULL */
	const char	*port;		/* of -p, or NULL */
	int		 lists;		/* the subcommand is list */
	int		 quiet;		/* no warnings of them */
	int		 warnings;	/* of environment files */
	struct chain	 chain;		/* that pgproc is a link of */
	struct procfile	 procfile;
	struct startorder order;
};

/*
 * The port of an instance; instances count from 1.  0: the number is above
 * 65535.  Exits then if the service is ready when its port accepts.
 */
int	port_of(int base, const struct procfile_service *s, int instance);

#endif
