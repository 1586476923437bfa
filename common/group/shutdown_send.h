/*
 * shutdown_send.h - send one signal of a schedule to all targets that are
 * open.
 *
 *  1. A signal goes to a group as a whole (pgroup.h), and to each of its
 *     strays.
 *  2. With the option leader, the first signal of a schedule goes to the
 *     leaders alone, unless it is KILL or the leader is dead.  The others get
 *     it when the leader is dead.
 *  3. KILL ends a cgroup at once, where the system can do that.
 *  4. CONT follows every signal that a stopped process does not act on.
 *
 * With escapees, all targets are frozen before KILL.  Killing a process before
 * its children are known orphans them; a stopped process neither forks nor
 * orphans.
 *
 *  5. A process MUST NOT be stopped unless it may be killed as well: as a
 *     member of a group (pgroup.h), or as a stray that is watched.
 *  6. If there is no stray, no process MUST be stopped.
 *  7. KILL MUST follow at once.  The caller MUST NOT take a signal that could
 *     end it before: no process is left stopped.
 */
#ifndef SHUTDOWN_SEND_H
#define SHUTDOWN_SEND_H

#include <sys/types.h>
#include <stddef.h>

struct shutdown;

/* Send sig; note in each target whether it was reached and refused. */
void	shutdown_send(struct shutdown *e, int sig);

/*
 * Rule 2: send the last signal to the other members of each group whose leader
 * is dead by now.
 */
void	shutdown_send_rest(struct shutdown *e);

/*
 * Send sig to the group of a target.  Return 0, or -1 with ESRCH or as
 * pgroup_signal.
 */
int	shutdown_send_group(struct shutdown *e, size_t target, int sig);

/* Send sig, unless it is 0, and CONT by rule 4 to one process. */
void	shutdown_send_process(pid_t pid, int ref, int sig);

/*
 * Did KILL miss a living member?  Where the system kills the members of a group
 * one by one, a member found after KILL may have been missed.  1 or 0.
 */
int	shutdown_send_missed(const struct shutdown *e);

/* Do strays found now have to be killed together, after a freeze?  1 or 0. */
int	shutdown_send_pending(const struct shutdown *e);

/* May this target, or one of its processes, not be signalled?  1 or 0. */
int	shutdown_denied(const struct shutdown *e, size_t target);

#endif
