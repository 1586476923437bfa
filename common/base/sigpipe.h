/*
 * sigpipe.h - write to a pipe that may have no reader, without a PIPE signal
 * that would look like one from another process.
 */
#ifndef SIGPIPE_H
#define SIGPIPE_H

#include <signal.h>

/* Ignore PIPE; *before becomes the former action. */
void	sigpipe_ignore(struct sigaction *before);

/* Discard a pending PIPE (by ignoring it once more) and restore *before. */
void	sigpipe_restore(const struct sigaction *before);

#endif
