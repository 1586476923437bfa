/*
 * job.h - a command and what it needs: its environment and descriptors, a
 * guard, a relay for its output, a PTY, a socket for other terminals, a cgroup.
 */
#ifndef JOB_H
#define JOB_H

#include <sys/types.h>
#include <signal.h>
#include <stddef.h>

#include "group/cgroup.h"
#include "io/logfile.h"
#include "job/chain.h"
#include "job/guard.h"
#include "proc/handle.h"
#include "job/spawn.h"
#include "job/supervise.h"

/* The command's standard input. */
enum job_input {
	JOB_INPUT_USUAL,	/* the caller's; /dev/null if detached */
	JOB_INPUT_IDLE,		/* no data and no end while the caller lives */
	JOB_INPUT_NULL
};

struct job_options {
	pid_t		 caller;	/* childenv.h; 0: this process */
	char		**argv;
	const char	*directory;	/* or NULL */
	const char	*cgroup;	/* to enter, cgroup.h; or NULL */
	char		**marker;	/* nmarker of NAME=VALUE */
	size_t		 nmarker;
	const int	*keep;		/* nkeep descriptors to pass on */
	size_t		 nkeep;
	const struct spawn_signals *inherit;	/* as in spawn.h */
	const char	*label;		/* of its output lines, or NULL */
	int		 drops_clears;	/* from them, linecopy.h */
	int		 pty;		/* it gets a PTY */
	const struct winsize *size;	/* of the PTY; NULL: the caller's */
	const char	*attach;	/* socket for other terminals at the
					 * PTY, attach.h; or NULL */
	enum job_input	 input;
	int		 file;		/* a file for its output, or -1 */
	struct logfile_options log;	/* if the file is a regular one: its
					 * path, and how it is written */
	const char	*mark;		/* the first line of it, or NULL */
	int		 detached;	/* it runs in the background */
	int		 sig;		/* what TERM is forwarded as */
	long long	 grace;		/* ms, PARSE_FOREVER */
	int		 hup_asks;	/* HUP is treated as TERM */
	int		 leave;		/* only the leader is to end */
	int		 escapees;	/* escapees are to end, too */
	int		 leader;	/* it alone gets the first signal */
	const struct handle *owner;	/* the group ends with it; or NULL */
	int		 owner_ends;	/* it ends the group if the caller
					 * is killed: no guard */
	int		 early_fd;	/* as in spawn.h */
	const char	*early;
	int		 ready_by_socket;	/* ready by sd_notify(3), */
	int		 ready_fd;	/* by a newline on this one, or -1, */
	int		 ready_port;	/* by accepting on this port, or 0, */
	struct linewatch *ready_log;	/* by a line of output, or NULL */
	long long	 patience;	/* ms until it has to be ready */
	const struct chain *chain;	/* for job_become: the caller's */
	void		(*executed)(void *);	/* these: supervise.h */
	void		(*said)(const char *, size_t, void *);
	void		(*ready)(void *);
	void		(*status)(const char *, void *);
	void		(*lost_output)(int, void *);	/* relay.h */
	size_t		(*news_poll)(struct pollfd *);
	void		(*news_step)(void);
	void		*arg;
};

struct job {
	struct ptyinput		 ptyinput;
	struct monitor		 monitor;	/* with a PTY */
	struct chain_wait	 chain;
	struct notify		 notify;
	struct cgroup		 cgroup;	/* if it enters one */
	int			 alone;		/* cgroup.h, rule 3 */
	struct guard		 guard;
	int			 guarded;	/* the guard runs */
	struct supervise	 supervise;	/* after job_start */
	struct logfile		*log;		/* this one, or NULL */
	struct logfile		 logfile;
	struct fdspare		 spare;
	int			 null;		/* /dev/null, or -1 */
	int			 idle[2];	/* a pipe, or -1 */
};

/*
 * Start the command.  The caller has blocked all signals and made every
 * descriptor above 2 close-on-exec.  Return 0, or -1 with *failure: no process
 * is left then.  If the owner dies before the start, *failure is SPAWN_FORK
 * with ESRCH.
 */
int	job_start(struct job *job, const struct job_options *o,
	    struct spawn_failure *failure);

/* Supervise the command to its end.  Return as supervise. */
int	job_wait(struct job *job, struct supervise_end *end);

/*
 * Supervise the command until it is ready, then leave it alone.  If end->start
 * is not SUPERVISE_READY, the command has ended as after job_wait.  Return as
 * supervise.
 */
int	job_wait_ready(struct job *job, struct supervise_end *end);

/*
 * Execute the command in this process, without relay, owner and cgroup.  Return
 * only on failure, as spawn_here.
 */
void	job_become(const struct job_options *o,
	    void (*ready)(const struct handle *, void *), void *arg,
	    struct spawn_failure *failure);

#endif
