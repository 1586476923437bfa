#include "config.h"

#include <signal.h>
#include <stddef.h>

#include "base/sigpipe.h"

void
sigpipe_ignore(struct sigaction *before)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN };

	sigaction(SIGPIPE, &ignore, before);
}

void
sigpipe_restore(const struct sigaction *before)
{
	struct sigaction now;

	sigpipe_ignore(&now);
	sigaction(SIGPIPE, before, NULL);
}
