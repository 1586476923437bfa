/*
 * lifelimit.h: no helper program outlives a broken test. lifelimit_set() has
 * the calling process killed after that many seconds, also while it is stopped
 * and whatever it ignores. The limit ends with an exec and is not inherited.
 */
#ifndef LIFELIMIT_H
#define LIFELIMIT_H

#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static int
lifelimit_set(double secs)
{
#if defined(_POSIX_TIMERS) && _POSIX_TIMERS > 0
	struct sigevent ev;
	struct itimerspec until;
	timer_t timer;

	memset(&ev, 0, sizeof(ev));
	ev.sigev_notify = SIGEV_SIGNAL;
	ev.sigev_signo = SIGKILL;
	memset(&until, 0, sizeof(until));
	until.it_value.tv_sec = (time_t)secs;
	until.it_value.tv_nsec =
	    (long)((secs - (double)(time_t)secs) * 1e9) + 1;
	if (timer_create(CLOCK_MONOTONIC, &ev, &timer) == -1)
		return -1;
	return timer_settime(timer, 0, &until, NULL);
#else
	/* The next best: an ignored SIGALRM would defeat it. */
	alarm((unsigned int)secs + 1);
	return 0;
#endif
}

#endif
