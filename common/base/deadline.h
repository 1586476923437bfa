/*
 * deadline.h - a point of monotonic time until which a call may wait.  The
 * caller makes it once and passes it down.
 */
#ifndef DEADLINE_H
#define DEADLINE_H

struct deadline {
	long long	at;	/* in ms of deadline_now(); -1: never */
};

/* Return the ms since some point in the past.  This clock never steps. */
long long	deadline_now(void);

/* Return the deadline in ms milliseconds; a negative number means never. */
struct deadline	deadline_in(long long ms);

/* Has the deadline passed?  1 or 0. */
int		deadline_passed(const struct deadline *);

/*
 * Return the ms that are left, as a timeout for poll(2): 0 if the deadline
 * has passed, -1 if it never passes.
 */
int		deadline_poll(const struct deadline *);

/* Return the earlier of two timeouts for poll(2); -1 is the latest. */
int		deadline_sooner(int a, int b);

#endif
