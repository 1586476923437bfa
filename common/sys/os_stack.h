/*
 * os_stack.h - the memory that a stack has taken.
 *
 * One os_<system>_stack.c, or os_<system>.c, fulfils this.  Who is about to wait
 * for long calls it.
 */
#ifndef OS_STACK_H
#define OS_STACK_H

/*
 * Give back the pages below the caller's frame, 64 KiB of them at most: what
 * stood there is of calls that have returned.  -1 with ENOSYS where a system
 * has no way to do that.
 */
int	os_stack_trim(void);

#endif
