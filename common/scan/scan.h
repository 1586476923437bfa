/*
 * scan.h - look at every process, by several threads if there are many
 * processes and more than one processor.
 *
 * The threads work while the list of processes is read; at most a few hundred
 * PIDs are held at a time.
 */
#ifndef SCAN_H
#define SCAN_H

#include <sys/types.h>

#define SCAN_THREADS	4	/* at most; more would only block each other */

/*
 * Call look(pid, arg[i]) for every process, zombies too, in no order.  i is
 * the number of the thread, so two calls at the same time have different arg.
 * If a call returns -1, the scan ends.  0, or -1 with errno of that call or of
 * proctable_list.
 */
int	scan_processes(int (*look)(pid_t, void *),
	    void *const arg[SCAN_THREADS]);

#endif
