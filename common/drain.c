#include "config.h"

#include <sys/types.h>

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>

#include "deadline.h"
#include "drain.h"
#include "sigwake.h"

static void
step(struct relay *relay, struct drained *d)
{
	if (relay_step(relay) == 0)
		return;
	if (errno == EPIPE)
		d->unread = 1;
	else
		d->error = errno;
}

struct drained
drain(struct relay *relay, struct console *console, int sigfd, int was_asked,
    long long grace)
{
	struct drained d = { 0, 0 };
	struct deadline until = deadline_in(was_asked ? grace : -1);
	struct pollfd pfd[1 + RELAY_POLLFDS] = {
		{ .fd = sigfd, .events = POLLIN }
	};
	int sig, asked = was_asked;

	relay_finish(relay);
	if (console != NULL)
		console_finish(console);
	for (;;) {
		int timeout = deadline_poll(&until);
		size_t n;

		step(relay, &d);
		if (relay_idle(relay) || deadline_passed(&until))
			return d;
		n = 1 + relay_poll(relay, pfd + 1, &timeout);
		poll(pfd, n, timeout);
		while ((sig = sigwake_read(sigfd)) != 0) {
			int asks = sig == SIGTERM || sig == SIGHUP;

			if (sig == SIGINT || (asks && asked++ > 0))
				return d;
			if (asks)
				until = deadline_in(grace);
		}
	}
}
