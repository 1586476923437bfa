#include "config.h"

#include <signal.h>

#include "base/exitcode.h"

int
exitcode_of(int code, int status)
{
	if (code == CLD_EXITED)
		return status & 0xff;
	return 128 + status;
}
