/*
 * pgkeep_keeper.h - the keeper of one service, and the command that is its child.
 *
 *  1. The command gets TERM once, and CONT after it, and no signal once it is
 *     reaped.
 *  2. An end that was asked for (asked) is a fact, whoever asked and when: nothing
 *     is started after it.
 *  3. The command MUST NOT be started beside members of its group that are left.
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
	WAITING,	/* for others */
	ALIVE,		/* there is a child */
	DELAYED,	/* before the next try */
	RESTING,	/* nothing is to run */
	OVER
};

/* What comes after the end of a child that was asked to end. */
enum goal { GOAL_JUDGE, GOAL_REST, GOAL_START };

struct keeper {
	struct options		*o;
	struct service		 service;
	struct child_signals	 signals;
	struct runner		 runner;
	struct want		 want;		/* that we are about, if any */
	char			 entry[16 + HANDLE_TEXT];
	int			 sigfd, watched;	/* to poll for, or -1 */
	enum phase		 phase;
	enum goal		 goal;
	int			 asked;		/* to end, for good */
	int			 lost;		/* the process of -K is dead */
	pid_t			 child;		/* unreaped; or 0 */
	int			 has_ended;	/* so its status is there: */
	siginfo_t		 how;
	int			 told;		/* it got its TERM */
	int			 by_itself;	/* a pgspawn, and so nothing follows */
	int			 interrupt;	/* INT, QUIT or 0 came */
	struct deadline		 interrupted;	/* until when that counts */
	int			 has_run;	/* since restarts were counted */
	long long		 ready;		/* when it was, or -1 */
	struct deadline		 due;		/* to look, or to start */
	long long		 look;		/* ms */
	long long		 delay;
};

/* It is in that phase now; what is due then is due at once. */
void	keeper_enter(struct keeper *k, enum phase phase);

/* Tell the state, and with that the client whose want that comes to. */
void	keeper_tell(struct keeper *k, enum svcstate state);

/* Answer that client if the state comes to it. */
void	keeper_settle(struct keeper *k);

/* Nothing is left of the command?  1; else 0, and the service has failed. */
int	keeper_is_alone(struct keeper *k);

void	keeper_start(struct keeper *k);
void	keeper_be_ready(struct keeper *k);

/* Have it end; with a goal, as somebody wants. */
void	keeper_end_child(struct keeper *k);
void	keeper_stop_child(struct keeper *k, enum goal goal);

/* Note that it has ended; and draw the conclusions. */
void	keeper_reap(struct keeper *k);
void	keeper_judge(struct keeper *k);

#endif
