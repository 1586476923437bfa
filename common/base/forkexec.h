/*
 * forkexec.h - fork a child that does little but exec.
 */
#ifndef FORKEXEC_H
#define FORKEXEC_H

#include <unistd.h>

/*
 * As fork(2), or vfork(2) where that exists: it takes half the time (Linux
 * 6.18).  With vfork the child runs in the caller's memory, and the caller
 * waits until the child's exec or _exit.  So the child must not return from
 * the function that calls this, and what it changes in memory the caller sees.
 */
#ifdef HAVE_VFORK
#define FORKEXEC()	vfork()
#else
#define FORKEXEC()	fork()
#endif

#endif
