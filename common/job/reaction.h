/*
 * reaction.h - what a supervisor (supervise.h) does about signals, a reader that went
 * away, and whatever else asks for the end of its group.
 *
 *  1. Every signal MUST come by reaction_signals, and nothing else reads one; an end
 *     that was asked for MUST be noted, whoever asked when.
 *  2. An end that goes on MUST NOT be begun again: then the signal is only passed on.
 */
#ifndef REACTION_H
#define REACTION_H

#include "io/ptyinput.h"
#include "base/deadline.h"
#include "group/shutdown.h"
#include "job/reaper.h"
#include "job/readiness.h"
#include "job/supervise.h"

/* What goes on with one command. */
struct supervisor {
	const struct supervise	*s;
	struct supervise_end	*end;
	struct shutdown		*shutdown;	/* NULL: it goes on */
	int			 is_hung_up;	/* HUP would be news of old */
	int			 is_unread;	/* and so would a first TERM */
	int			 is_continued;	/* CONT of this turn, too */
	int			 is_asked;	/* to end, and not of itself */
	struct reaper		 leader;
	int			 sigfd, stopfd, lifeline;
	struct readiness	 readiness;
	struct ptyinput		*ptyinput;	/* NULL: it needs no care */
	int			 is_draining;	/* only output is left */
	int			 is_cut;	/* which nobody waits for */
	struct deadline		 until;		/* and no longer than this */
};

/* Start the end of the group with sig, unless it goes on already. */
void	reaction_end(struct supervisor *v, int sig);

/*
 * Reap a leader that is dead, if its descriptor names the group without it; arg is
 * the watch.
 */
void	reaction_reap(void *arg);

/* Pass on what was written; without a reader the group is to end. */
void	reaction_relay(struct supervisor *v);

/* The last output has the grace period; whoever asks again does not wait for it. */
void	reaction_drain(struct supervisor *v);

/* Read all signals that came, and do what they ask for. */
void	reaction_signals(struct supervisor *v);

#endif
