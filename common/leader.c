#include "config.h"

#include <sys/wait.h>

#include <errno.h>
#include <signal.h>

#include "leader.h"

#ifndef __WALL
#define __WALL	0		/* those of a clone(2) without a signal, too */
#endif

void
leader_look(struct leader *l)
{
	siginfo_t si;

	while (!l->dead || l->released) {
		si.si_pid = 0;
		if (waitid(P_ALL, 0, &si, WEXITED | WNOHANG | WNOWAIT) == -1 ||
		    si.si_pid == 0)
			return;
		if (si.si_pid == l->pid && !l->released) {
			l->dead = 1;
			l->code = si.si_code;
			l->status = si.si_status;
		} else
			waitid(P_PID, (id_t)si.si_pid, &si, WEXITED | WNOHANG);
	}
}

int
leader_any_child(void)
{
	siginfo_t si;

	return waitid(P_ALL, 0, &si, WEXITED | WNOHANG | WNOWAIT | __WALL) !=
	    -1 || errno != ECHILD;
}

int
leader_stopped(const struct leader *l)
{
	siginfo_t si = { .si_pid = 0 };

	return !l->dead && waitid(P_PID, (id_t)l->pid, &si,
	    WSTOPPED | WNOHANG) == 0 && si.si_pid != 0;
}

void
leader_release(struct leader *l)
{
	siginfo_t si;

	if (!l->released)
		waitid(P_PID, (id_t)l->pid, &si, WEXITED);
	l->released = 1;
	leader_look(l);
}
