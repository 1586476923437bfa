#include "config.h"

#include <sys/types.h>

#include <signal.h>
#include <unistd.h>

#include "base/sigwake.h"
#include "job/suspend.h"

/* Stop, alone or with our process group.  Did we, and go on? */
static int
stop(struct ptyinput *ptyinput, int sig, pid_t who)
{
	if (ptyinput != NULL)
		ptyinput_suspend(ptyinput);
	sigwake_stop(sig, who);
	if (ptyinput != NULL)
		ptyinput_resume(ptyinput);
	return sigwake_continued();
}

void
suspend(const struct pgroup *group, struct ptyinput *ptyinput, int sig)
{
	if (getpid() == 1) {
		pgroup_send(group, sig);
		sigwake_stop(sig, 1);	/* to no effect, but it came */
		return;
	}
	if (sigwake_continued())	/* that was of no avail */
		return;
	pgroup_send(group, SIGSTOP);
	stop(ptyinput, sig, getpid());
}

void
suspend_with_leader(const struct pgroup *group, struct ptyinput *ptyinput)
{
	if (!terminal_in_front() || sigwake_continued())
		return;
	pgroup_send(group, SIGSTOP);
	if (!stop(ptyinput, SIGTSTP, 0) && ptyinput != NULL)
		pgroup_send(group, SIGCONT);
}
