/*
 * scan.h - look at every process there is, by several threads if there are
 * many and more than one processor.
 *
 * The list is worked off while it is made, and no more than a few hundred
 * numbers of it are held at a time.
 */
#ifndef SCAN_H
#define SCAN_H

#include <sys/types.h>

#define SCAN_THREADS	4	/* at most; more get in each other's way */

/*
 * Call look(pid, arg[i]) for every process, zombies too, in no order; of two
 * calls at the same time each has another i.  A look that returns -1 ends the
 * scan.  0, or -1 with its errno or that of proctable_list.
 */
int	scan_processes(int (*look)(pid_t, void *),
	    void *const arg[SCAN_THREADS]);

#endif
