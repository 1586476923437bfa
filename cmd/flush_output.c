#include "config.h"

#include <stdio.h>

#include "base/diag.h"
#include "flush_output.h"

/*
 * musl writes the first line at once.  If that write failed, the buffer is
 * empty and fflush(3) succeeds: so ask ferror(3) too.
 */
void
flush_output(int status)
{
	if (fflush(stdout) == EOF || ferror(stdout))
		diag_die(status, "standard output");
}
