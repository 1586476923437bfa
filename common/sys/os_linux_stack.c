/* os_linux_stack.c - the stack's pages.  Facts seen on Linux 6.18. */
#include "config.h"

#include <sys/mman.h>

#include <errno.h>
#include <stdint.h>
#include <unistd.h>

#include "sys/os_stack.h"

#define DEPTH	(64 * 1024)
#define MARGIN	512		/* our own frame, and the call in it */

/*
 * Nothing else is mapped that near below a stack: the system keeps 1 MiB free
 * there, and says ENOMEM of what was never touched.  Inlined, the frame would
 * be that of a caller with any number of variables below it; and the address
 * of a variable need not be one of the stack (AddressSanitizer).
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
