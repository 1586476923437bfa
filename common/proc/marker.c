#include "config.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "proc/envblock.h"
#include "proc/marker.h"

#define DIGITS	"0123456789"
#define LETTERS	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_"

int
marker_parse(struct marker *m, const char *operand)
{
	const char *name = operand, *equals = strchr(operand, '=');
	size_t len = strcspn(operand, "=");

	memset(m, 0, sizeof *m);
	if (strspn(operand, DIGITS) > 0) {
		if (handle_parse(&m->id, operand) == -1)
			return errno = EINVAL, -1;
		m->lineage = 1;
		name = HANDLE_ENV;
		len = strlen(name);
	}
	if (len == 0)
		return errno = EINVAL, -1;
	if ((m->name = strndup(name, len)) == NULL)
		return -1;
	if (equals != NULL)
		m->pattern = equals + 1;
	return 0;
}

void
marker_free(struct marker *m)
{
	free(m->name);
	m->name = NULL;
}

/* fnmatch(3) needs a NUL, which the last value of a block may lack. */
static int
match_unended(const char *pattern, const char *value, size_t len)
{
	char *copy = strndup(value, len);
	int matched = copy != NULL && fnmatch(pattern, copy, 0) == 0;

	free(copy);
	return matched;
}

int
marker_match(const struct marker *m, const char *block, size_t len,
    struct marker_match *match)
{
	size_t namelen = strlen(m->name), pos = 0, n;
	const char *value;

	while ((value = envblock_next(block, len, m->name, &pos,
	    &n)) != NULL) {
		const char *entry = value - namelen - 1;
		int matched = 1;

		if (m->lineage)
			matched = handle_in_lineage(&m->id, entry,
			    namelen + 1 + n);
		else if (m->pattern != NULL && value + n == block + len)
			matched = match_unended(m->pattern, value, n);
		else if (m->pattern != NULL)
			matched = fnmatch(m->pattern, value, 0) == 0;
		if (!matched)
			continue;
		if (match != NULL) {
			match->entry = entry;
			match->len = namelen + 1 + n;
		}
		return 1;
	}
	return 0;
}

int
marker_match_all(const struct marker *m, size_t n, const char *block,
    size_t len, struct marker_match *match)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (!marker_match(&m[i], block, len, i == 0 ? match : NULL))
			return 0;
	return 1;
}

int
marker_valid(const char *text)
{
	size_t len = strspn(text, LETTERS DIGITS);

	return len > 0 && strspn(text, DIGITS) == 0 && text[len] == '=' &&
	    strchr(text, '\n') == NULL;
}
