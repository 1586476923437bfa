#include "config.h"

#include <limits.h>
#include <time.h>

#include "base/deadline.h"

long long
deadline_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (long long)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

struct deadline
deadline_in(long long ms)
{
	struct deadline d = { -1 };

	/* deadline_now() rounds down: without 1 ms more it would be early. */
	if (ms == 0)
		d.at = deadline_now();
	else if (ms > 0)
		d.at = deadline_now() + ms + 1;
	return d;
}

int
deadline_passed(const struct deadline *d)
{
	return d->at >= 0 && deadline_now() >= d->at;
}

int
deadline_poll(const struct deadline *d)
{
	long long left;

	if (d->at < 0)
		return -1;
	left = d->at - deadline_now();
	if (left <= 0)
		return 0;
	return left > INT_MAX ? INT_MAX : (int)left;
}

int
deadline_sooner(int a, int b)
{
	if (a < 0)
		return b;
	return b < 0 || a < b ? a : b;
}
