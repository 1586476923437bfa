#include "config.h"

#include <sys/wait.h>

#include <errno.h>
#include <signal.h>
#include <stddef.h>

#include "job/reaper.h"

#ifndef __WALL
#define __WALL	0		/* also children that send no SIGCHLD */
#endif

static int
is_relayed(const struct reaper *r)
{
	return r->monitor != NULL && r->monitor->is_parent;
}

/* Read the monitor's reports of the leader. */
static void
read_monitor(struct reaper *r)
{
	int code = 0, status = 0, news;
	siginfo_t si = { .si_pid = 0 };

	/* A stopped monitor reports nothing. */
	if (r->monitor->pid > 0 && waitid(P_PID, (id_t)r->monitor->pid, &si,
	    WSTOPPED | WNOHANG) == 0 && si.si_pid != 0)
		kill(r->monitor->pid, SIGCONT);
	while (!r->dead && (news = monitor_news(r->monitor, &code,
	    &status)) != 0) {
		if (news == -1) {
			code = CLD_KILLED;
			status = SIGKILL;
			r->released = 1;
		}
		r->stopped = news == 1 && code == CLD_STOPPED;
		if (r->stopped)
			continue;
		r->dead = 1;
		r->code = code;
		r->status = status;
	}
}

static void
reap_other(struct reaper *r, pid_t pid)
{
	siginfo_t si;

	if (r->monitor != NULL && pid == r->monitor->pid) {
		r->monitor->pid = 0;
		r->monitor_died = 1;
	}
	waitid(P_PID, (id_t)pid, &si, WEXITED | WNOHANG);
}

void
reaper_look(struct reaper *r)
{
	siginfo_t si;

	if (is_relayed(r))
		read_monitor(r);
	while (!r->dead || r->released || is_relayed(r)) {
		si.si_pid = 0;
		if (waitid(P_ALL, 0, &si, WEXITED | WNOHANG | WNOWAIT) == -1 ||
		    si.si_pid == 0)
			return;
		if (si.si_pid == r->pid && !r->released && !is_relayed(r)) {
			r->dead = 1;
			r->code = si.si_code;
			r->status = si.si_status;
		} else
			reap_other(r, si.si_pid);
	}
}

int
reaper_any_child(void)
{
	siginfo_t si;

	return waitid(P_ALL, 0, &si, WEXITED | WNOHANG | WNOWAIT | __WALL) !=
	    -1 || errno != ECHILD;
}

int
reaper_stopped(struct reaper *r)
{
	siginfo_t si = { .si_pid = 0 };
	int stopped = r->stopped;

	r->stopped = 0;
	if (r->dead || is_relayed(r))
		return !r->dead && stopped;
	return waitid(P_PID, (id_t)r->pid, &si, WSTOPPED | WNOHANG) == 0 &&
	    si.si_pid != 0;
}

void
reaper_release(struct reaper *r)
{
	siginfo_t si;

	if (!r->released && is_relayed(r))
		monitor_reap(r->monitor);
	else if (!r->released)
		waitid(P_PID, (id_t)r->pid, &si, WEXITED);
	r->released = 1;
	reaper_look(r);
}
