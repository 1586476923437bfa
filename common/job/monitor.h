/*
 * monitor.h - a small process that leads the session of a command on a PTY.
 *
 * The system hangs up the terminal of a session whose leader has ended: the command
 * cannot be that, or its group gets HUP before it was asked to end.
 *
 *  1. The command MUST lead a group of its own in that session, and its group be
 *     in the foreground of the terminal before its exec.
 *  2. The monitor MUST NOT end before it is dismissed, or we are killed.  In that
 *     case it gives the caller's terminal back, if our modes are in place.  If the
 *     group is ended then by others, it keeps the terminal until that has happened;
 *     what is written to it is thrown away.
 *  3. The command is our child, where the system can do that; else it is the
 *     monitor's, which tells how it ends and stops, and keeps the zombie.
 *  4. The monitor MUST NOT hold any descriptor but those it has a use for.
 */
#ifndef MONITOR_H
#define MONITOR_H

#include <sys/types.h>
#include <termios.h>

struct monitor_options {
	int	slave, master;	/* of the PTY */
	int	caller;		/* the caller's terminal, or -1 */
	int	stays;		/* others end the group if we are killed */
};

struct monitor {
	pid_t	pid;		/* 0: none, or it is reaped */
	int	fd;		/* to it, never blocks; or -1 */
	int	is_parent;	/* of the command */
};

enum monitor_stage { MONITOR_SESSION, MONITOR_TERMINAL, MONITOR_FORK };

/*
 * Start it, and have it start a process that runs child(arg, parent) in rule 1's
 * place; parent is its own.  All signals are blocked.  Return the process's PID, or
 * -1 and errno with *stage.
 */
pid_t	monitor_start(struct monitor *m, const struct monitor_options *o,
	    void (*child)(void *arg, pid_t parent), void *arg,
	    enum monitor_stage *stage);

/*
 * The caller's terminal is about to get our modes (raw), or has its own back
 * (NULL): saved are those to be put back.
 */
void	monitor_note_modes(const struct monitor *m, const struct termios *saved,
	    const struct termios *raw);

/*
 * If the monitor is the parent: what became of the command since, as code and status
 * of waitid(2).  1, or 0: nothing; -1: the monitor is gone.  It sends CHLD for it.
 */
int	monitor_news(const struct monitor *m, int *code, int *status);

/* Have it reap the command, which is dead. */
void	monitor_reap(const struct monitor *m);

/* The group is dealt with: have it go, so that nothing is hung up, and reap it. */
void	monitor_dismiss(struct monitor *m);

#endif
