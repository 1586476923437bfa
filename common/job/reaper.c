#include "config.h"

#include <sys/wait.h>

#include <errno.h>
#include <signal.h>
#include <stddef.h>

#include "job/reaper.h"

#ifndef __WALL
#define __WALL	0		/* those of a clone(2) without a signal, too */
#endif

static int
is_relayed(const struct reaper *l)
{
	return l->monitor != NULL && l->monitor->is_parent;
}

/* What its parent tells of it. */
static void
hear_monitor(struct reaper *l)
{
	int code = 0, status = 0, news;
	siginfo_t si = { .si_pid = 0 };

	/* It tells nothing while it is stopped. */
	if (l->monitor->pid > 0 && waitid(P_PID, (id_t)l->monitor->pid, &si,
	    WSTOPPED | WNOHANG) == 0 && si.si_pid != 0)
		kill(l->monitor->pid, SIGCONT);
	while (!l->dead && (news = monitor_news(l->monitor, &code,
	    &status)) != 0) {
		if (news == -1) {
			code = CLD_KILLED;
			status = SIGKILL;
			l->released = 1;
		}
		l->stopped = news == 1 && code == CLD_STOPPED;
		if (l->stopped)
			continue;
		l->dead = 1;
		l->code = code;
		l->status = status;
	}
}

static void
reap_other(struct reaper *l, pid_t pid)
{
	siginfo_t si;

	if (l->monitor != NULL && pid == l->monitor->pid) {
		l->monitor->pid = 0;
		l->deserted = 1;
	}
	waitid(P_PID, (id_t)pid, &si, WEXITED | WNOHANG);
}

void
reaper_look(struct reaper *l)
{
	siginfo_t si;

	if (is_relayed(l))
		hear_monitor(l);
	while (!l->dead || l->released || is_relayed(l)) {
		si.si_pid = 0;
		if (waitid(P_ALL, 0, &si, WEXITED | WNOHANG | WNOWAIT) == -1 ||
		    si.si_pid == 0)
			return;
		if (si.si_pid == l->pid && !l->released && !is_relayed(l)) {
			l->dead = 1;
			l->code = si.si_code;
			l->status = si.si_status;
		} else
			reap_other(l, si.si_pid);
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
reaper_stopped(struct reaper *l)
{
	siginfo_t si = { .si_pid = 0 };
	int stopped = l->stopped;

	l->stopped = 0;
	if (l->dead || is_relayed(l))
		return !l->dead && stopped;
	return waitid(P_PID, (id_t)l->pid, &si, WSTOPPED | WNOHANG) == 0 &&
	    si.si_pid != 0;
}

void
reaper_release(struct reaper *l)
{
	siginfo_t si;

	if (!l->released && is_relayed(l))
		monitor_reap(l->monitor);
	else if (!l->released)
		waitid(P_PID, (id_t)l->pid, &si, WEXITED);
	l->released = 1;
	reaper_look(l);
}
