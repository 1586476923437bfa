/* os_linux_stack.c - the stack's pages.  Facts seen on Linux 6.18. */
#include "config.h"

#include <sys/mman.h>

#include <errno.h>
#include <stdint.h>
#include <unistd.h>

#include "sys/os_stack.h"

#define DEPTH	(64 * 1024)
#define MARGIN	512		/* for this frame and that of madvise(2) */

/*
 * The kernel keeps 1 MiB below a stack free, so the pages belong to the stack;
 * ENOMEM means that some were never touched.  The function must not be inlined:
 * its frame would be the caller's, whose variables may lie below the address.
 * The address of a variable will not do: with AddressSanitizer it may not be on
 * the stack.
 */
#if defined __GNUC__
__attribute__((__noinline__))
#endif
int
os_stack_trim(void)
{
#if defined __GNUC__
	uintptr_t page = (uintptr_t)getpagesize();
	uintptr_t end = (uintptr_t)__builtin_frame_address(0) - MARGIN;

	end -= end % page;
	if (madvise((void *)(end - DEPTH), DEPTH, MADV_DONTNEED) == 0 ||
	    errno == ENOMEM)
		return 0;
	return -1;
#else
	return errno = ENOSYS, -1;
#endif
}
