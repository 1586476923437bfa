#include "config.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "base/parse.h"
#include "conf/logsize.h"

#define FILES_MAX	999
#define BYTES_MAX	((uint64_t)1 << 50)

/* The power of two that a letter behind a number stands for; 0: no letter. */
static unsigned int
power_of(char letter)
{
	switch (letter) {
	case 'K':
	case 'k':
		return 10;
	case 'M':
	case 'm':
		return 20;
	case 'G':
	case 'g':
		return 30;
	default:
		return 0;
	}
}

int
logsize_parse(struct logsize *s, const char *text)
{
	size_t n = strcspn(text, ",");
	unsigned int power = n > 0 ? power_of(text[n - 1]) : 0;
	uint64_t bytes, files = LOGSIZE_FILES;

	if (parse_number(text, n - (power > 0), BYTES_MAX >> power,
	    &bytes) == -1)
		return -1;
	if (bytes == 0)
		return errno = ERANGE, -1;
	if (text[n] == ',' && parse_number(text + n + 1,
	    strlen(text + n + 1), FILES_MAX, &files) == -1)
		return -1;
	s->bytes = (long long)(bytes << power);
	s->files = (int)files;
	return 0;
}
