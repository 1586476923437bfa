#include "config.h"

#include <errno.h>
#include <string.h>

#include "base/svcname.h"

static const char	hex[] = "0123456789ABCDEF";

/* Not isalnum(3), which takes more letters in some locales. */
static int
is_plain(char c, int first)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";

	if (c == '.' || c == '-')
		return !first;
	return strchr(plain, c) != NULL;
}

int
svcname_encode(const char *name, char folder[SVCNAME_SIZE])
{
	size_t n = 0, i;

	if (name[0] == '\0' || strchr(name, '\n') != NULL)
		return errno = EINVAL, -1;
	for (i = 0; name[i] != '\0'; i++) {
		unsigned char c = (unsigned char)name[i];
		int plain = is_plain(name[i], i == 0);

		if (n + (plain ? 1 : 3) >= SVCNAME_SIZE)
			return errno = ENAMETOOLONG, -1;
		if (plain) {
			folder[n++] = name[i];
			continue;
		}
		folder[n++] = '%';
		folder[n++] = hex[c >> 4];
		folder[n++] = hex[c & 15];
	}
	folder[n] = '\0';
	return 0;
}

static int
hex_value(char c)
{
	const char *p = c == '\0' ? NULL : strchr(hex, c);

	return p == NULL ? -1 : (int)(p - hex);
}

int
svcname_decode(const char *folder, char name[SVCNAME_SIZE])
{
	char again[SVCNAME_SIZE];
	const char *p;
	size_t n = 0;

	if (strlen(folder) >= SVCNAME_SIZE)
		return errno = EINVAL, -1;
	for (p = folder; *p != '\0'; p++) {
		int high, low;

		name[n] = *p;
		if (*p == '%') {
			if ((high = hex_value(p[1])) == -1 ||
			    (low = hex_value(p[2])) == -1)
				return errno = EINVAL, -1;
			name[n] = (char)(high << 4 | low);
			p += 2;
		}
		n++;
	}
	name[n] = '\0';
	/* Take only what svcname_encode would write. */
	if (svcname_encode(name, again) == -1 || strcmp(again, folder) != 0)
		return errno = EINVAL, -1;
	return 0;
}
