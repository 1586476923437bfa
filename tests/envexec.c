/*
 * envexec block command [arg ...]
 *
 * Executes a command, a path, with the bytes of the file block as its
 * environment. An entry ends at each NUL; it may be empty, lack the `=', or
 * have the name of another entry. env(1) cannot make such environments.
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BLOCK_MAX	(4 << 20)

static char block[BLOCK_MAX + 1];

static char **
entries(char *s, size_t len)
{
	size_t i, n = 1;
	char **env;

	for (i = 0; i < len; i++)
		n += s[i] == '\0';
	if ((env = calloc(n + 1, sizeof(*env))) == NULL)
		return NULL;
	for (n = 0; len > 0; n++) {
		size_t size = strlen(s) + 1;

		env[n] = s;
		s += size;
		len -= size < len ? size : len;
	}
	return env;
}

int
main(int argc, char *argv[])
{
	char **env;
	size_t len;
	FILE *f;

	if (argc < 3) {
		fprintf(stderr, "usage: envexec block command [arg ...]\n");
		return 125;
	}
	if ((f = fopen(argv[1], "rb")) == NULL) {
		fprintf(stderr, "envexec: %s: %s\n", argv[1], strerror(errno));
		return 125;
	}
	len = fread(block, 1, BLOCK_MAX, f);
	fclose(f);
	if ((env = entries(block, len)) == NULL)
		return 125;
	execve(argv[2], argv + 2, env);
	fprintf(stderr, "envexec: %s: %s\n", argv[2], strerror(errno));
	return 126;
}
