#include "config.h"

#include <errno.h>

#include "become.h"
#include "base/diag.h"
#include "base/exitcode.h"

int
become(const struct chain *c, char *argv[])
{
	int error, found;

	error = chain_exec(c, argv, &found);
	errno = error;
	if (found)
		diag_warn("%s: interpreter", argv[0]);
	else
		diag_warn("%s", argv[0]);
	return error == ENOENT && !found ? EXITCODE_NOTFOUND :
	    EXITCODE_NOEXEC;
}
