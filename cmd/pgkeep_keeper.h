/*
 * pgkeep_keeper.h - the keeper of one service: pgkeep run, whose child is the
 * command.
 *
 *  1. The keeper sends TERM to the command once, and CONT after it.  It sends
 *     no signal to the command after it has reaped it.
 *  2. Once the keeper itself is asked to end (asked), it starts nothing any
 *     more.
 *  3. The keeper MUST NOT start the command while the group of its last run has
 *     living members.
 */
#ifndef PGKEEP_KEEPER_H
#define PGKEEP_KEEPER_H

#include <sys/types.h>
#include <signal.h>

#include "service/child.h"
#include "base/deadline.h"
#include "pgkeep.h"
#include "pgkeep_runner.h"
#include "pgkeep_service.h"
#include "service/want.h"

enum phase {
	WAITING,	/* for the services of -A */
	ALIVE,		/* the command runs, or its end is not judged yet */
	DELAYED,	/* until the back-off is over */
	RESTING,	/* nothing runs until a want comes */
	OVER		/* the keeper ends */
};

/* What the keeper does after the end of the command. */
enum goal {
	GOAL_JUDGE,	/* what the restart policy says */
	GOAL_REST,	/* nothing: the service was to stop */
	GOAL_START	/* start it again: the service was to restart */
};

struct keeper {
	struct options		*o;
	struct service		 service;
	struct child_signals	 signals;
	struct runner		 runner;
	struct want		 want;		/* taken, not answered yet */
	char			 entry[16 + HANDLE_TEXT];	/* PGKEEP_ID */
	int			 sigfd, watched;	/* signals, -K; or -1 */
	enum phase		 phase;
	enum goal		 goal;
	int			 asked;		/* the keeper is to end */
	int			 lost;		/* the process of -K is dead */
	pid_t			 child;		/* unreaped; or 0 */
	int			 has_ended;	/* its status is in how */
	siginfo_t		 how;
	int			 not_started;	/* it could not be executed */
	int			 term_sent;	/* the child got its TERM */
	int			 ended_early;	/* not because of its TERM */
	int			 interrupt;	/* INT, QUIT or 0 came */
	struct deadline		 interrupted;	/* it counts until then */
	int			 has_run;	/* restarts must count it */
	long long		 ready;		/* at that time, or -1 */
	struct deadline		 due;		/* the next look or start */
	long long		 look;		/* ms to the next look */
	long long		 delay;		/* ms of the back-off */
};

/*
 * Enter the phase.  The next step of the phase is due at once, in DELAYED after
 * the back-off.
 */
void	keeper_enter(struct keeper *k, enum phase phase);

/* Publish the state of the service, then keeper_answer. */
void	keeper_publish(struct keeper *k, enum svcstate state);

/* Answer the taken want if the state of the service decides it. */
void	keeper_answer(struct keeper *k);

/*
 * Return 1 if no member of the command's group is left.  Else print a message,
 * put the service into the state failed and return 0.
 */
int	keeper_is_alone(struct keeper *k);

/* Start the command.  A failure counts as an end with status 126 or 127. */
void	keeper_start(struct keeper *k);

/* The command is ready. */
void	keeper_be_ready(struct keeper *k);

/*
 * Send the command TERM, unless it got one, and CONT.  keeper_stop_child does
 * that for a want, whose goal it notes.
 */
void	keeper_end_child(struct keeper *k);
void	keeper_stop_child(struct keeper *k, enum goal goal);

/*
 * Reap the command if it has ended; then has_ended is set.  keeper_after_end
 * decides what comes after that end.
 */
void	keeper_reap(struct keeper *k);
void	keeper_after_end(struct keeper *k);

#endif
