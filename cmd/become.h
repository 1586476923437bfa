/* become.h - replace this command by the next one of its chain. */
#ifndef BECOME_H
#define BECOME_H

#include "job/chain.h"

/*
 * Execute argv, the next command of the chain c.  Does not return if that
 * works.  Else print a message and return the exit status: 127 if the command
 * was not found, 126 if it cannot be executed.
 */
int	become(const struct chain *c, char *argv[]);

#endif
