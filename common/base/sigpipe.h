/*
 * sigpipe.h - write where nobody may read, without a PIPE that would pass for
 * somebody's signal.
 */
#ifndef SIGPIPE_H
#define SIGPIPE_H

#include <signal.h>

/* Ignore it; *before is what was to be done about it. */
void	sigpipe_ignore(struct sigaction *before);

/* Do so once more, which discards one that was held back, and no longer. */
void	sigpipe_restore(const struct sigaction *before);

#endif
