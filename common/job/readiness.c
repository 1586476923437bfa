#include "config.h"

#include <stddef.h>

#include "base/parse.h"
#include "job/portcheck.h"
#include "job/readiness.h"

#define PIECES	1024	/* datagrams in one step: do not starve the loop */
#define PROBE_EVERY	50	/* ms */

void
readiness_open(struct readiness *r, struct chain_wait *chain,
    struct notify *notify, long long patience)
{
	r->chain = chain;
	r->notify = notify;
	r->is_ready_next = r->is_over = 0;
	r->by = deadline_in(notify != NULL ? patience : PARSE_FOREVER);
	r->probe = deadline_in(0);
}

void
readiness_poll(const struct readiness *r, struct pollfd pfd[READINESS_POLLFDS],
    int *timeout)
{
	if (r->chain != NULL) {
		pfd[0].fd = r->chain->fd;
		chain_poll(r->chain, timeout);
	}
	if (r->notify == NULL)
		return;
	if (!r->is_over)
		*timeout = deadline_sooner(*timeout, deadline_poll(&r->by));
	if (r->notify->port != 0)
		*timeout = deadline_sooner(*timeout,
		    deadline_poll(&r->probe));
	pfd[1].fd = r->notify->fd;
}

static enum readiness_news
step_chain(struct readiness *r, const struct readiness_callbacks *callbacks)
{
	switch (chain_read(r->chain, callbacks->said, callbacks->arg)) {
	case CHAIN_EXECUTED:
		r->chain = NULL;
		r->is_ready_next = r->notify == NULL;
		return READINESS_EXECUTED;
	case CHAIN_BROKEN:
		r->chain = NULL;
		r->notify = NULL;
		return READINESS_BROKEN;
	case CHAIN_NOTHING:
		break;
	}
	return READINESS_NOTHING;
}

static enum readiness_news
close_with(struct readiness *r, enum readiness_news news)
{
	notify_close(r->notify);
	r->notify = NULL;
	return news;
}

/* After READY a datagram only goes to the callbacks. */
static enum readiness_news
become_ready(struct readiness *r)
{
	if (r->notify->env[0] == '\0')
		return close_with(r, READINESS_READY);
	if (r->is_over)
		return READINESS_NOTHING;
	r->is_over = 1;
	return READINESS_READY;
}

static enum readiness_news
step_notify(struct readiness *r, const struct handle *id,
    const struct readiness_callbacks *callbacks)
{
	char text[NOTIFY_STATUS];
	enum notify_news news;
	int i;

	for (i = 0; i < PIECES && r->notify->fd != -1 && (news =
	    notify_read(r->notify, id, text)) != NOTIFY_NOTHING; i++)
		if (news == NOTIFY_READY) {
			if (text[0] != '\0' && callbacks->status != NULL)
				callbacks->status(text, callbacks->arg);
			if (become_ready(r) == READINESS_READY)
				return READINESS_READY;
		} else if (news == NOTIFY_CLOSED)
			notify_close(r->notify);
		else if (news == NOTIFY_STATUS_NEWS &&
		    callbacks->status != NULL)
			callbacks->status(text, callbacks->arg);
	if (r->notify->watch != NULL && r->notify->watch->found)
		return close_with(r, READINESS_READY);
	if (r->notify->port != 0 && deadline_passed(&r->probe)) {
		if (portcheck_tcp(r->notify->port))
			return close_with(r, READINESS_READY);
		r->probe = deadline_in(PROBE_EVERY);
	}
	if (!r->is_over && deadline_passed(&r->by))
		return close_with(r, READINESS_LATE);
	return READINESS_NOTHING;
}

/* The chain comes first: the command's own messages are later. */
enum readiness_news
readiness_step(struct readiness *r, const struct handle *id,
    const struct readiness_callbacks *callbacks)
{
	enum readiness_news news = READINESS_NOTHING;

	if (r->is_ready_next) {
		r->is_ready_next = 0;
		return READINESS_READY;
	}
	if (r->chain != NULL)
		news = step_chain(r, callbacks);
	if (news == READINESS_NOTHING && r->notify != NULL)
		news = step_notify(r, id, callbacks);
	return news;
}
