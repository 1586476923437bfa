/*
 * childenv.h - the environment a command gets: ours, the markers, and the
 * lineage PGSPAWN_ID with the command's own handle at its end.
 */
#ifndef CHILDENV_H
#define CHILDENV_H

#include <sys/types.h>
#include <stddef.h>

#include "job/chain.h"
#include "proc/handle.h"

#define CHILDENV_KEEPER		"PGKEEP_ID"	/* pgkeep and its child only */
#define CHILDENV_LINEAGE_MAX	32	/* handles; the oldest are dropped */

struct childenv {
	char	**vector;	/* for execve(2) */
	size_t	size;		/* bytes there, with the lineage behind it */
	char	*lineage;	/* its entry PGSPAWN_ID=... */
	char	*own;		/* where in it the own handle belongs */
	char	listen[16 + HANDLE_TEXT];	/* LISTEN_PID=..., or empty */
	char	chain[CHAIN_TEXT];	/* of chain.h, or empty; set before */
};

/*
 * Build it from environ, n markers NAME=VALUE and one more of our own, unless
 * that is NULL; they stay the caller's, and of two with one name the later
 * counts.  What PGSPAWN_ID holds that is no handle is dropped.  Descriptors that
 * socket activation gave to the process caller, as LISTEN_PID says, are for the
 * command if they are passed on: it finds its own number there.  PGKEEP_ID is
 * never passed on.  ENOMEM.
 */
int	childenv_make(struct childenv *env, char *const *marker, size_t n,
	    char *own, pid_t caller);

/* Give all of its memory back; of one that is all zero, or free, nothing. */
void	childenv_free(struct childenv *env);

/* Put in the command's own handle.  Safe between fork and exec. */
void	childenv_complete(struct childenv *env, const struct handle *id);

#endif
