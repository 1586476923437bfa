#include "config.h"

#include <sys/types.h>

#include <stddef.h>

#include "proc/envblock.h"
#include "proc/lineage.h"

size_t
lineage_find(const struct handle *group, size_t n, const char *block,
    size_t len)
{
	size_t pos = 0, size, i, found = LINEAGE_NONE;
	const char *value;
	struct handle id;

	while ((value = envblock_next(block, len, HANDLE_ENV, &pos,
	    &size)) != NULL) {
		const char *p = value;

		while (handle_next(&p, value + size, &id))
			for (i = 0; i < n; i++)
				if (handle_equal(&group[i], &id) &&
				    id.kind == HANDLE_KEYED)
					found = i;
	}
	return found;
}
