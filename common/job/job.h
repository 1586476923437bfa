/*
 * job.h - a command with all that goes with it: its environment, descriptors,
 * a guard, a relay for its output.
 */
#ifndef JOB_H
#define JOB_H

#include <sys/types.h>
#include <signal.h>
#include <stddef.h>

#include "group/cgroup.h"
#include "job/chain.h"
#include "job/guard.h"
#include "proc/handle.h"
#include "job/spawn.h"
#include "job/supervise.h"

/* What the command reads: the caller's, or /dev/null if detached, unless: */
enum job_input {
	JOB_INPUT_USUAL,
	JOB_INPUT_IDLE,		/* neither data nor an end, while we live */
	JOB_INPUT_NULL
};

struct job_options {
	pid_t		 caller;	/* see childenv.h; 0: ourselves */
	char		**argv;
	const char	*directory;	/* or NULL */
	const char	*cgroup;	/* to be in, see cgroup.h; or NULL */
	char		**marker;	/* nmarker of NAME=VALUE */
	size_t		 nmarker;
	const int	*keep;		/* nkeep descriptors to pass on */
	size_t		 nkeep;
	const struct spawn_signals *inherit;	/* as spawn.h */
	const char	*label;		/* of its lines, or NULL */
	int		 pty;		/* it gets one */
	const struct winsize *size;	/* of that; NULL: the caller's */
	enum job_input	 input;
	int		 file;		/* gets its output, or -1 */
	int		 detached;	/* for job_detach */
	int		 sig;		/* what TERM arrives as */
	long long	 grace;		/* ms, PARSE_FOREVER */
	int		 hup_asks;	/* HUP does as TERM does */
	int		 leave;		/* let the rest live */
	int		 escapees;	/* end them, too */
	int		 leader;	/* it is asked to end first, alone */
	const struct handle *owner;	/* the group does not outlive it; NULL */
	int		 owner_ends;	/* it ends the group if we are killed */
	int		 early_fd;	/* as spawn.h */
	const char	*early;
	int		 ready_by_socket;	/* as sd_notify(3) has it */
	int		 ready_fd;	/* or by a newline on this one, or -1 */
	int		 ready_port;	/* or by accepting on it, or 0 */
	struct linewatch *ready_log;	/* or by a line of output, or NULL */
	long long	 patience;	/* ms until it has to be ready */
	const struct chain *chain;	/* that job_become is part of */
	void		(*executed)(void *);	/* see supervise.h */
	void		(*said)(const char *, size_t, void *);
	void		(*ready)(void *);
	void		(*status)(const char *, void *);
	void		(*lost_output)(int, void *);	/* see relay.h */
	size_t		(*news_poll)(struct pollfd *);
	void		(*news_step)(void);
	void		*arg;
};

struct job {
	struct ptyinput		 ptyinput;
	struct monitor		 monitor;	/* if it has one */
	struct chain_wait	 chain;
	struct notify		 notify;
	struct cgroup		 cgroup;	/* if it is to be in one */
	int			 alone;		/* it is that of the command */
	struct guard		 guard;
	int			 guarded;	/* guard is there */
	struct supervise	 supervise;	/* from the start on */
	int			 null;		/* on /dev/null, or -1 */
	int			 idle[2];	/* a pipe, or -1 */
};

/*
 * Start it, with all signals blocked and every descriptor above 2
 * close-on-exec.  -1 with *failure: nothing is left of it then.  The keeper's
 * death before the start is SPAWN_FORK with ESRCH.
 */
int	job_start(struct job *job, const struct job_options *o,
	    struct spawn_failure *failure);

/* Stay with it to its end: supervise.h. */
int	job_wait(struct job *job, struct supervise_end *end);

/*
 * Stay with it until it is ready, then let it go; if end->start says that it
 * did not get there, it is gone as after job_wait.
 */
int	job_wait_ready(struct job *job, struct supervise_end *end);

/*
 * Become the command instead, without relay, keeper and cgroup.  Returns only on
 * failure: spawn_here.
 */
void	job_become(const struct job_options *o,
	    void (*ready)(const struct handle *, void *), void *arg,
	    struct spawn_failure *failure);

#endif
