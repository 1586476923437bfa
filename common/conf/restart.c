#include "config.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "base/parse.h"
#include "conf/restart.h"

#define TRIES		10
#define MAX_TRIES	999999999
#define LONG_RUN	10000	/* ms after which a new row begins */
#define MAX_DELAY	30000	/* ms */

int
restart_parse(struct restart *r, const char *text)
{
	static const char *const names[] = {
		[RESTART_NO] = "no",
		[RESTART_ONCE] = "once",
		[RESTART_ON_FAILURE] = "on-failure",
		[RESTART_ALWAYS] = "always"
	};
	size_t n = strcspn(text, ","), i;
	uint64_t limit = TRIES;

	if (text[n] != '\0' && (parse_number(text + n + 1,
	    strlen(text + n + 1), MAX_TRIES, &limit) == -1 || limit == 0))
		return errno = EINVAL, -1;
	for (i = 0; i < sizeof names / sizeof names[0]; i++)
		if (strlen(names[i]) == n && strncmp(text, names[i], n) == 0) {
			r->policy = (enum restart_policy)i;
			r->limit = (unsigned)limit;
			r->tries = 0;
			return 0;
		}
	return errno = EINVAL, -1;
}

enum restart_verdict
restart_decide(struct restart *r, int status, long long ran, long long *delay)
{
	if (r->policy == RESTART_NO)
		return RESTART_ENDED;
	if (r->policy != RESTART_ALWAYS && status == 0)
		return RESTART_DONE;
	if (r->policy == RESTART_ONCE)
		return RESTART_ENDED;
	if (ran >= LONG_RUN)
		r->tries = 0;
	if (++r->tries > r->limit)
		return RESTART_FAILED;
	*delay = r->tries < 6 ? 1000LL << (r->tries - 1) : MAX_DELAY;
	return RESTART_AGAIN;
}
