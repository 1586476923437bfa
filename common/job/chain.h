/*
 * chain.h - commands of ours that become each other, as in
 * `pgspawn -d -- pgtrack exec web -- pgproc exec web', and the one that waits
 * until the last of them was executed.
 *
 * The one that waits makes a pipe.  A link finds its descriptor, and its inode
 * number as proof, in PGSPAWN_EXEC.  It writes there
 *
 *	ENQ		once it has found them,
 *	a line		for each message, which stays off its standard error,
 *	EOT		right before it becomes a command that is no link.
 *
 *  1. That command MUST get neither the descriptor nor the variable.
 *  2. An end of the pipe right behind EOT means that the command was executed.
 *     Without ENQ, which is not waited for long, the first command was no link of
 *     ours: it was executed.  Any other end means that the chain is broken, and
 *     the status is that of the process.
 *  3. A link that cannot be heard MUST speak on its standard error.
 */
#ifndef CHAIN_H
#define CHAIN_H

#include <stddef.h>

#include "base/deadline.h"

#define CHAIN_ENV	"PGSPAWN_EXEC"
#define CHAIN_TEXT	64		/* bytes that hold its entry */

/* What a link has. */
struct chain {
	int	fd;		/* to write to, close-on-exec; -1: nobody waits */
};

/* What the one that waits has. */
struct chain_wait {
	int	fd;		/* to poll for reading until join_by, or -1 */
	struct deadline join_by;
	int	joined;		/* ENQ came */
	int	leaving;	/* the last byte is EOT */
	int	told;		/* a message came */
};

enum chain_news {
	CHAIN_NOTHING,
	CHAIN_EXECUTED,
	CHAIN_BROKEN
};

/* Is file the name of one of our commands that can be a link? */
int	chain_is_link(const char *file);

/*
 * Make a pipe, fill in *w and the entry for the environment of the first link.
 * Return the end that is for it, whose number is not except: it is close-on-exec
 * here, and has to be closed once the first link is there.  -1: EMFILE, ENFILE.
 */
int	chain_open(struct chain_wait *w, int except, char entry[CHAIN_TEXT]);

/* *timeout is lowered to when the first link has to have joined. */
void	chain_poll(const struct chain_wait *w, int *timeout);

/*
 * Read what there is, without waiting; told is called for pieces of messages.  The
 * other news come once, and the descriptor is closed then.
 */
enum chain_news chain_read(struct chain_wait *w,
	    void (*told)(const char *text, size_t n, void *arg), void *arg);
void	chain_close(struct chain_wait *w);

/*
 * At the start of a command: become a link, if another waits for that, and take
 * the variable out of the environment.
 */
void	chain_join(struct chain *c);

/*
 * Its entry for the next link's environment, "" where there is none to tell.  0, or
 * -1 and errno of fstat(2).
 */
int	chain_entry(const struct chain *c, char entry[CHAIN_TEXT]);

/*
 * Become the next command.  Returns its errno only on failure; *found as
 * execerror_reason has it.  The caller tells of it, and ends with its status.
 */
int	chain_exec(const struct chain *c, char *argv[], int *found);

/* EOT, for what is about to be executed in another way. */
void	chain_leave(const struct chain *c);

/* This command is the last, and runs: it is no link any more. */
void	chain_end(struct chain *c);

#endif
