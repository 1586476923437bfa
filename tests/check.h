/*
 * check.h - the main of a program that checks parts of common/.
 *
 * It prints each fault as "LINE: what was found".  An argument names the only
 * part to check.  Status 1 if there was a fault, or no such part.
 */
#ifndef CHECK_H
#define CHECK_H

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))
#define CHECK(ok, what)	expect((ok), __LINE__, (what))

struct part {
	const char	*name;
	void		(*run)(void);
};

static int	failures;

static void
expect(int ok, int line, const char *what)
{
	if (ok)
		return;
	printf("%d: %s (errno %d)\n", line, what, errno);
	failures++;
}

static int
check_parts(const struct part *part, size_t n, const char *only)
{
	size_t i;
	int known = 0;

	for (i = 0; i < n; i++)
		if (only == NULL || strcmp(only, part[i].name) == 0) {
			part[i].run();
			known = 1;
		}
	return failures > 0 || !known;
}

#endif
