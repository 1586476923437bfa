/*
 * suspend.h - stop with the command, as a shell expects of its job, and go on
 * with it.
 *
 *  1. The caller's terminal MUST be as it was while we are stopped.
 *  2. A CONT MUST NOT be in vain that comes at any moment after what makes us
 *     stop: it then waits to be read (sigwake.h), and who reads it continues
 *     the group.
 *  3. An orphaned process group has nobody who would continue it, and TSTP,
 *     TTIN and TTOU stop nothing there: nor do we stop then.
 */
#ifndef SUSPEND_H
#define SUSPEND_H

#include "io/ptyinput.h"
#include "group/pgroup.h"

/* TSTP, TTIN or TTOU came.  console may be NULL. */
void	suspend(const struct pgroup *group, struct ptyinput *ptyinput, int sig);

/*
 * The command was stopped from within, as by a key of its own terminal.  If the
 * caller waits for us at his terminal he wants it back: as if he had pressed
 * the key, our whole process group stops.  Where it cannot, and the keys get to
 * nobody but the command, that is continued.
 */
void	suspend_with_leader(const struct pgroup *group,
	    struct ptyinput *ptyinput);

#endif
