/*
 * reaction.h - how a supervisor (supervise.h) reacts to signals, to the loss
 * of its output's reader, and to other reasons to end its group.
 *
 *  1. No other function than reaction_signals MUST read signals.  A signal
 *     that asks for an end MUST be noted in supervise_end at all times.
 *  2. A shutdown that goes on MUST NOT be started again: then the signal is
 *     only forwarded.
 *
 * A supervisor stops with its command, as a shell expects of a job, and
 * continues with it:
 *
 *  3. The caller's terminal MUST have its own modes while this process is
 *     stopped.
 *  4. A CONT that arrives after the stop signal MUST NOT be lost: it stays
 *     pending (sigwake.h), and reading it continues the group.
 *  5. In an orphaned process group TSTP, TTIN and TTOU stop no process, as no
 *     shell would continue it: this process MUST NOT stop then, either.
 */
#ifndef REACTION_H
#define REACTION_H

#include "io/ptyinput.h"
#include "base/deadline.h"
#include "group/shutdown_one.h"
#include "job/reaper.h"
#include "job/readiness.h"
#include "job/supervise.h"

/* The state of one command. */
struct supervisor {
	const struct supervise	*s;
	struct supervise_end	*end;
	struct shutdown		*shutdown;	/* NULL: none goes on */
	int			 is_late;	/* the shutdown is not open yet */
	struct shutdown_late	 late;
	struct deadline		 retry;		/* when to try that again */
	int			 is_hung_up;	/* the next HUP is ignored */
	int			 is_unread;	/* the next TERM is ignored */
	int			 is_continued;	/* drop this turn's CONT */
	int			 is_asked;	/* the end was asked for */
	struct reaper		 leader;
	int			 sigfd, stopfd, lifeline;
	struct readiness	 readiness;
	struct ptyinput		*ptyinput;	/* NULL: none, or finished */
	int			 is_draining;	/* only output is left */
	int			 is_cut;	/* do not wait for it */
	struct deadline		 until;		/* the end of the wait for it */
};

/* Start a shutdown of the group with sig; if one goes on, forward sig. */
void	reaction_end(struct supervisor *v, int sig);

/* Try again to start a shutdown, if there was no memory or descriptor for it. */
void	reaction_retry(struct supervisor *v);

/*
 * Reap a dead leader if its descriptor names the group without it.  arg is the
 * struct supervisor.
 */
void	reaction_reap(void *arg);

/* Relay the output; if its reader has gone, end the group. */
void	reaction_relay(struct supervisor *v);

/*
 * A request to end while only output is left: give the output the grace
 * period; a second request gives up the output.
 */
void	reaction_drain(struct supervisor *v);

/* Read all pending signals, and react to them. */
void	reaction_signals(struct supervisor *v);

#endif
