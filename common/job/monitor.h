/*
 * monitor.h - the monitor: a small process that leads the session of a command
 * on a PTY.
 *
 * The system hangs up a terminal when the leader of its session ends.  If the
 * command were that leader, its end would send HUP to the rest of its group.
 *
 *  1. The command MUST lead a group of its own in that session, and that group
 *     MUST be in the foreground of the terminal before the command's exec.
 *  2. The monitor MUST NOT end before it is dismissed or the supervisor (the
 *     process that calls monitor_start) is killed.  Then it restores the modes
 *     of the caller's terminal if raw mode is set.  With stays, it keeps the
 *     PTY open until another process has ended the group, and discards what
 *     the group writes.
 *  3. The command is the supervisor's child where the system can do that.
 *     Elsewhere it is the monitor's child (is_parent): the monitor reports its
 *     stops and its end, and does not reap it before it is told to.
 *  4. The monitor MUST NOT keep a descriptor open that it does not use.
 */
#ifndef MONITOR_H
#define MONITOR_H

#include <sys/types.h>
#include <termios.h>

struct monitor_options {
	int	slave, master;	/* of the PTY */
	int	caller;		/* the caller's terminal, or -1 */
	int	stays;		/* rule 2: a guard ends the group */
};

struct monitor {
	pid_t	pid;		/* 0: none, or reaped */
	int	fd;		/* a socket to it, non-blocking; or -1 */
	int	is_parent;	/* the command is its child */
};

enum monitor_stage { MONITOR_SESSION, MONITOR_TERMINAL, MONITOR_FORK };

/*
 * Start the monitor, which starts the command's process; that process obeys
 * rule 1 and calls child(arg, parent), where parent is its parent's PID.  The
 * caller has blocked all signals.  Return the PID of the command's process, or
 * -1 with *stage and errno of fork(2), setsid(2), ioctl(2), or ECHILD: the
 * monitor was killed.
 */
pid_t	monitor_start(struct monitor *m, const struct monitor_options *o,
	    void (*child)(void *arg, pid_t parent), void *arg,
	    enum monitor_stage *stage);

/*
 * Tell the monitor that the caller's terminal is about to get the modes raw, or
 * (NULL) that the modes saved are restored.
 */
void	monitor_note_modes(const struct monitor *m, const struct termios *saved,
	    const struct termios *raw);

/*
 * If is_parent: read the next stop or end of the command, as code and status
 * of waitid(2), after the monitor sent CHLD.  Return 1; 0: no news; -1: the
 * monitor is gone.
 */
int	monitor_news(const struct monitor *m, int *code, int *status);

/* Have the monitor reap the command, which is dead. */
void	monitor_reap(const struct monitor *m);

/* The group has ended: have the monitor exit without a hangup, and reap it. */
void	monitor_stop(struct monitor *m);

#endif
