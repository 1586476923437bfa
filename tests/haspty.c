/*
 * haspty
 *
 * Exits with 0 if this process can open a pseudo-terminal. Else it prints what
 * is missing and exits with 1. It tells the tests, apart from pgspawn, what
 * pgspawn must be able to do.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int
main(void)
{
	const char *name = "posix_openpt";
	int master = posix_openpt(O_RDWR | O_NOCTTY);

	if (master != -1 && grantpt(master) == 0 && unlockpt(master) == 0 &&
	    (name = ptsname(master)) != NULL &&
	    open(name, O_RDWR | O_NOCTTY) != -1)
		return 0;
	printf("%s: %s\n", name != NULL ? name : "ptsname", strerror(errno));
	return 1;
}
