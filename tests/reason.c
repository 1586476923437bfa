/*
 * reason NAME
 *
 * Prints strerror(3) of EIO, EMFILE or ENOMEM. The texts depend on the C library that
 * the programs are built with.
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

int
main(int argc, char *argv[])
{
	if (argc == 2 && strcmp(argv[1], "EIO") == 0)
		puts(strerror(EIO));
	else if (argc == 2 && strcmp(argv[1], "EMFILE") == 0)
		puts(strerror(EMFILE));
	else if (argc == 2 && strcmp(argv[1], "ENOMEM") == 0)
		puts(strerror(ENOMEM));
	else
		return 2;
	return 0;
}
