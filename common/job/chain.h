/*
 * chain.h - a chain: commands of this suite that execute each other, as in
 * `pgspawn -d -- pgtrack exec web -- pgproc exec web'.  Each of them is a
 * link.  pgspawn, the waiter, waits until the last link has executed a command
 * that is no link.
 *
 * The waiter makes a pipe.  A link finds the pipe's descriptor in
 * PGSPAWN_EXEC, and its inode number as proof.  The link writes to the pipe
 *
 *	ENQ		once it has found them,
 *	a line		for each message, in place of its standard error,
 *	EOT		right before it executes a command that is no link.
 *
 *  1. That command MUST get neither the descriptor nor the variable.
 *  2. If the pipe ends right behind EOT, the command was executed.  If there
 *     is no ENQ within 5 s, the first command was no link: it was executed.
 *     If the pipe ends otherwise, the chain is broken, and the last link's
 *     exit status is the chain's.
 *  3. A link without a pipe MUST write its messages to standard error.
 */
#ifndef CHAIN_H
#define CHAIN_H

#include <stddef.h>

#include "base/deadline.h"

#define CHAIN_ENV	"PGSPAWN_EXEC"
#define CHAIN_TEXT	64		/* bytes that hold NAME=VALUE */

/* The link's side. */
struct chain {
	int	fd;		/* to write to, close-on-exec; -1: no waiter */
};

/* The waiter's side. */
struct chain_wait {
	int	fd;		/* to poll for reading, or -1 */
	struct deadline join_by;	/* for ENQ */
	int	joined;		/* ENQ came */
	int	leaving;	/* the last byte is EOT */
	int	told;		/* a message came */
};

enum chain_news {
	CHAIN_NOTHING,
	CHAIN_EXECUTED,
	CHAIN_BROKEN
};

/* Is file the name of a command that can be a link?  1 or 0. */
int	chain_is_link(const char *file);

/*
 * Make the pipe, fill in *w and the entry for the first link's environment.
 * Return the first link's end, close-on-exec, whose number is not except.  The
 * caller closes it once the link has started.  -1: EMFILE, ENFILE.
 */
int	chain_open(struct chain_wait *w, int except, char entry[CHAIN_TEXT]);

/* Lower *timeout (ms, -1: none) to the deadline for ENQ. */
void	chain_poll(const struct chain_wait *w, int *timeout);

/*
 * Read the pipe without waiting, and call told for each piece of a message.
 * CHAIN_EXECUTED or CHAIN_BROKEN comes once, and closes the descriptor.
 */
enum chain_news chain_read(struct chain_wait *w,
	    void (*told)(const char *text, size_t n, void *arg), void *arg);
void	chain_close(struct chain_wait *w);

/*
 * A command calls this at its start.  It becomes a link if there is a waiter.
 * The variable is removed from the environment.
 */
void	chain_join(struct chain *c);

/*
 * Write the entry for the next link's environment, or "" without a waiter.
 * Return 0, or -1 and errno of fstat(2).
 */
int	chain_entry(const struct chain *c, char entry[CHAIN_TEXT]);

/*
 * Execute the next command.  Return only on failure, with errno and *found as
 * execerror_reason has them.  The caller prints the message and exits.
 */
int	chain_exec(const struct chain *c, char *argv[], int *found);

/* Write EOT: the caller executes a command that is no link. */
void	chain_leave(const struct chain *c);

/* Write EOT and close the pipe: this command runs on and is no link. */
void	chain_end(struct chain *c);

#endif
