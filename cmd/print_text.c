#include "config.h"

#include <stdio.h>

#include "base/vis.h"
#include "print_text.h"

void
print_text(const char *s, size_t len)
{
	for (;;) {
		size_t n = vis_span(s, len);

		fwrite(s, 1, n, stdout);
		if (n == len)
			return;
		printf("\\x%02x", (unsigned int)(unsigned char)s[n]);
		s += n + 1;
		len -= n + 1;
	}
}
