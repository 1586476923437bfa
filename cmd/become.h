/* become.h - the end of a command that becomes another one. */
#ifndef BECOME_H
#define BECOME_H

#include "job/chain.h"

/*
 * Execute argv, the next command of the chain.  If that fails, say why and return
 * the status: 127 it was not found, 126 it cannot be executed.
 */
int	become(const struct chain *c, char *argv[]);

#endif
