/*
 * shutdown_send.h - one signal of a schedule, to all targets that are still open.
 *
 *  1. A group's signal goes to the group as a whole (pgroup.h), that for those
 *     outside of it to each of them.
 *  2. The first signal of a schedule goes to the leaders alone if that was
 *     asked for, but for KILL, and but for groups whose leader is dead; to the
 *     others when that has happened.
 *  3. KILL ends a cgroup at once, where the system can do that.
 *  4. CONT follows every signal that a stopped process would sit on.
 *  5. Before KILL, escapees that are to be ended are held (shutdown_freeze.h).
 */
#ifndef SHUTDOWN_SEND_H
#define SHUTDOWN_SEND_H

#include <sys/types.h>
#include <stddef.h>

struct shutdown;

/* Send sig, and note in the targets who got it and who refused. */
void	shutdown_send(struct shutdown *e, int sig);

/* To those whose leader alone has got the last one, and is dead by now. */
void	shutdown_send_rest(struct shutdown *e);

/* sig alone to the group of one.  -1 and errno. */
int	shutdown_send_group(struct shutdown *e, size_t target, int sig);

/* The same for one process outside; nothing is sent for 0. */
void	shutdown_send_process(pid_t pid, int ref, int sig);

/*
 * Does a member live that was met after KILL was sent, on a system where that
 * goes to members one by one, so that it may have been missed?
 */
int	shutdown_send_missed(const struct shutdown *e);

/* Has the last signal to be sent again, and to all, if there are strays? */
int	shutdown_send_pending(const struct shutdown *e);

/* Does this target refuse, as a whole or in one of its processes? */
int	shutdown_denied(const struct shutdown *e, size_t target);

#endif
