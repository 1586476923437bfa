/*
 * deadline.h - until when: a point of monotonic time, made once and passed
 * down.
 */
#ifndef DEADLINE_H
#define DEADLINE_H

struct deadline {
	long long	at;	/* deadline_now()'s milliseconds; -1 never */
};

/* Milliseconds since some point in the past; never steps. */
long long	deadline_now(void);

/* So many milliseconds from now; never, if negative. */
struct deadline	deadline_in(long long ms);

int		deadline_passed(const struct deadline *);

/* What is left as poll(2) takes it: 0 it has passed, -1 it never will. */
int		deadline_poll(const struct deadline *);

/* The earlier of two poll(2) timeouts. */
int		deadline_sooner(int a, int b);

#endif
