#include "config.h"

#include <stddef.h>

#include "parse.h"
#include "probe.h"
#include "readiness.h"

#define PIECES	1024	/* of news in one step: others want their turn */
#define PROBE_EVERY	50	/* ms */

void
readiness_open(struct readiness *r, struct notify *notify, long long patience)
{
	r->notify = notify;
	r->by = deadline_in(notify != NULL ? patience : PARSE_FOREVER);
	r->probe = deadline_in(0);
}

int
readiness_poll(const struct readiness *r, int *timeout)
{
	if (r->notify == NULL)
		return -1;
	*timeout = deadline_sooner(*timeout, deadline_poll(&r->by));
	if (r->notify->port != 0)
		*timeout = deadline_sooner(*timeout,
		    deadline_poll(&r->probe));
	return r->notify->fd;
}

static enum readiness_news
close_with(struct readiness *r, enum readiness_news news)
{
	notify_close(r->notify);
	r->notify = NULL;
	return news;
}

enum readiness_news
readiness_step(struct readiness *r, const struct procid *id,
    void (*status)(const char *, void *), void *arg)
{
	char text[NOTIFY_STATUS];
	enum notify_news news;
	int i;

	if (r->notify == NULL)
		return READINESS_NOTHING;
	for (i = 0; i < PIECES && r->notify->fd != -1 && (news =
	    notify_read(r->notify, id, text)) != NOTIFY_NOTHING; i++)
		if (news == NOTIFY_READY) {
			if (text[0] != '\0' && status != NULL)
				status(text, arg);
			return close_with(r, READINESS_READY);
		} else if (news == NOTIFY_CLOSED)
			notify_close(r->notify);
		else if (news == NOTIFY_STATUS_NEWS && status != NULL)
			status(text, arg);
	if (r->notify->watch != NULL && r->notify->watch->found)
		return close_with(r, READINESS_READY);
	if (r->notify->port != 0 && deadline_passed(&r->probe)) {
		if (probe_tcp(r->notify->port))
			return close_with(r, READINESS_READY);
		r->probe = deadline_in(PROBE_EVERY);
	}
	if (deadline_passed(&r->by))
		return close_with(r, READINESS_LATE);
	return READINESS_NOTHING;
}
