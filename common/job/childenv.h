/*
 * childenv.h - the environment of a command: that of the caller, the markers,
 * and the lineage PGSPAWN_ID, which ends with the command's own handle.
 */
#ifndef CHILDENV_H
#define CHILDENV_H

#include <sys/types.h>
#include <stddef.h>

#include "job/chain.h"
#include "proc/handle.h"

#define CHILDENV_KEEPER		"PGKEEP_ID"	/* for pgkeep's child only */
#define CHILDENV_LINEAGE_MAX	32	/* handles; the oldest are dropped */

struct childenv {
	char	**vector;	/* for execve(2) */
	size_t	size;		/* bytes of both, with the lineage */
	char	*lineage;	/* its entry PGSPAWN_ID=... */
	char	*own;		/* place in it for the own handle */
	char	listen[16 + HANDLE_TEXT];	/* LISTEN_PID=..., or empty */
	char	chain[CHAIN_TEXT];	/* of chain.h, or empty; the caller
				 * sets it before */
};

/*
 * Build *env from environ, n markers NAME=VALUE, and the entry own (or NULL).
 * The strings stay the caller's.  Of two entries with one name the later
 * counts.  A word of PGSPAWN_ID that is no handle is dropped.  If LISTEN_PID
 * is the PID caller (socket activation), the command gets its own PID there.
 * PGKEEP_ID is never passed on.  Return 0, or -1 with ENOMEM.
 */
int	childenv_make(struct childenv *env, char *const *marker, size_t n,
	    char *own, pid_t caller);

/* Free the memory.  An *env that is all zero, or free already, is allowed. */
void	childenv_free(struct childenv *env);

/* Write the command's own handle.  Safe between fork and exec. */
void	childenv_complete(struct childenv *env, const struct handle *id);

#endif
