#include "config.h"

#include <errno.h>

#include "become.h"
#include "base/diag.h"
#include "base/execerror.h"
#include "base/exitcode.h"

int
become(const struct chain *c, char *argv[])
{
	char reason[EXECERROR_TEXT];
	int error, found;

	error = chain_exec(c, argv, &found);
	diag_warnx("%s: %s", execerror_name(argv[0]),
	    execerror_text(argv[0], error, found, reason));
	return error == ENOENT && !found ? EXITCODE_NOTFOUND :
	    EXITCODE_NOEXEC;
}
