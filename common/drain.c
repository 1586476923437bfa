#include "config.h"

#include <sys/types.h>

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>

#include "deadline.h"
#include "drain.h"
#include "sigwake.h"

int
drain(struct relay *relay, struct console *console, int sigfd, int was_asked,
    long long grace)
{
	int sig, asked = was_asked, unread = 0;
	struct deadline until = deadline_in(was_asked ? grace : -1);
	struct pollfd pfd[1 + RELAY_POLLFDS] = {
		{ .fd = sigfd, .events = POLLIN }
	};

	relay_finish(relay);
	if (console != NULL)
		console_finish(console);
	for (;;) {
		int timeout = deadline_poll(&until);
		size_t n;

		unread |= relay_step(relay) == -1;
		if (relay_idle(relay) || deadline_passed(&until))
			return unread;
		n = 1 + relay_poll(relay, pfd + 1, &timeout);
		poll(pfd, n, timeout);
		while ((sig = sigwake_read(sigfd)) != 0) {
			int asks = sig == SIGTERM || sig == SIGHUP;

			if (sig == SIGINT || (asks && asked++ > 0))
				return unread;
			if (asks)
				until = deadline_in(grace);
		}
	}
}
