/* pgkeep.h - what pgkeep was asked for. */
#ifndef PGKEEP_H
#define PGKEEP_H

#include "job/chain.h"
#include "proc/handle.h"
#include "conf/restart.h"

enum {
	STATUS_FAILED = 1,	/* not done */
	STATUS_OWN = 125	/* our own failure, or usage */
};

struct options {
	struct chain	 chain;		/* that this is a link of */
	const char	*self;		/* how we were called */
	const char	*path;		/* of -D */
	int		 dir;
	const char	*after, *before;	/* lists of -A and -B, "" */
	int		 events, ready;	/* descriptors of -E and -r, or -1 */
	int		 has_watched;
	struct handle	 watched;	/* of -K */
	struct restart	 restart;	/* of -R */
	const char	*word;		/* run, start ... */
	const char	*name;		/* of run */
	char		**argv;		/* what follows */
};

/* Each prints what is to be said, and returns the status. */
int	keep_service(struct options *o);
int	tell_keepers(struct options *o);
int	list_services(struct options *o);
int	watch_keepers(struct options *o);

#endif
