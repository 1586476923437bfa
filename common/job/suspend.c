#include "config.h"

#include <sys/types.h>

#include <signal.h>
#include <unistd.h>

#include "base/sigwake.h"
#include "job/suspend.h"

/* Stop, alone or with our process group.  Did we, and go on? */
static int
stop(struct ptyinput *console, int sig, pid_t who)
{
	if (console != NULL)
		ptyinput_suspend(console);
	sigwake_stop(sig, who);
	if (console != NULL)
		ptyinput_resume(console);
	return sigwake_continued();
}

void
suspend(const struct pgroup *group, struct ptyinput *console, int sig)
{
	if (getpid() == 1) {
		pgroup_send(group, sig);
		sigwake_stop(sig, 1);	/* to no effect, but it came */
		return;
	}
	if (sigwake_continued())	/* that was of no avail */
		return;
	pgroup_send(group, SIGSTOP);
	stop(console, sig, getpid());
}

void
suspend_with_leader(const struct pgroup *group, struct ptyinput *console)
{
	if (!terminal_in_front() || sigwake_continued())
		return;
	pgroup_send(group, SIGSTOP);
	if (!stop(console, SIGTSTP, 0) && console != NULL)
		pgroup_send(group, SIGCONT);
}
