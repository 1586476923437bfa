/*
 * os_stack.h - release the stack memory that returned calls have used.
 *
 * One os_<system>_stack.c, or os_<system>.c, implements this.  Call it in a
 * process that is about to wait for long.
 */
#ifndef OS_STACK_H
#define OS_STACK_H

/*
 * Release the pages below the caller's frame, 64 KiB of them at most.  0, or -1
 * with ENOSYS: the system cannot do that; or the errno of madvise(2).
 */
int	os_stack_trim(void);

#endif
