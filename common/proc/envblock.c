#include "config.h"

#include <string.h>

#include "proc/envblock.h"

const char *
envblock_next(const char *block, size_t size, const char *name, size_t *pos,
    size_t *len)
{
	size_t namelen = strlen(name);

	while (*pos < size) {
		const char *entry = block + *pos;
		size_t n = strnlen(entry, size - *pos);

		*pos += n + 1;
		if (n > namelen && entry[namelen] == '=' &&
		    memcmp(entry, name, namelen) == 0) {
			*len = n - namelen - 1;
			return entry + namelen + 1;
		}
	}
	return NULL;
}
