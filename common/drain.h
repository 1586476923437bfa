/*
 * drain.h - the output that is still on its way when a command has ended.
 */
#ifndef DRAIN_H
#define DRAIN_H

#include "console.h"
#include "relay.h"

/*
 * Pass it on, for as long as nobody interrupts.  Who is asked to end meanwhile
 * (by TERM or HUP at sigfd), or was before, has grace milliseconds for it; to be
 * asked again ends it, but by a supervisor that stops everything at the same
 * moment.  console may be NULL.  Return 1 if a reader was gone, else 0.
 */
int	drain(struct relay *relay, struct console *console, int sigfd, int was_asked,
	    long long grace);

#endif
