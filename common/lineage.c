#include "config.h"

#include <sys/types.h>

#include <stddef.h>

#include "envblock.h"
#include "lineage.h"

size_t
lineage_find(const struct procid *group, size_t n, const char *block,
    size_t len)
{
	size_t pos = 0, size, i, found = LINEAGE_NONE;
	const char *value;
	struct procid id;

	while ((value = envblock_next(block, len, PROCID_ENV, &pos,
	    &size)) != NULL) {
		const char *p = value;

		while (procid_next(&p, value + size, &id))
			for (i = 0; i < n; i++)
				if (procid_equal(&group[i], &id) &&
				    id.kind == PROCID_KEYED)
					found = i;
	}
	return found;
}
