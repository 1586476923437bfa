/* pgproc.h - what pgproc was asked for. */
#ifndef PGPROC_H
#define PGPROC_H

#include <stddef.h>

#include "job/chain.h"
#include "conf/procfile.h"
#include "conf/startorder.h"

enum {
	STATUS_WARNED = 1,	/* a line was skipped */
	STATUS_USAGE = 2	/* or a fault of a file, or one of ours */
};

#define PGPROC_INSTANCES	100	/* of a service, at most */
#define PGPROC_LAST_PORT	65535

struct options {
	const char	*path;		/* of -f, or NULL */
	const char	**envfile;	/* of -e, n of them */
	size_t		 nenvfile;
	const char	*numbers;	/* of -m, or NULL */
	const char	*policy;	/* of -r, or NULL */
	const char	*port;		/* of -p, or NULL */
	int		 lists;		/* it is list */
	int		 quiet;		/* tell no warnings of environment files */
	int		 warnings;
	struct chain	 chain;		/* it is a link of this */
	struct procfile	 procfile;
	struct startorder order;
};

/*
 * The port of an instance, from 1 on; 0 where the numbers have run out.  Dies if
 * the service waits for it then.
 */
int	port_of(int base, const struct procfile_service *s, int instance);

#endif
