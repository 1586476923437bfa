#include "config.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "pgattach_keys.h"

#define HOLD	500		/* ms */

int
keys_parse(struct keys *k, const char *text)
{
	int c;

	memset(k, 0, sizeof *k);
	while (*text != '\0') {
		c = (unsigned char)*text++;
		if (c == '^') {
			c = toupper((unsigned char)*text);
			if (c == '?')
				c = 0x7f;
			else if (c >= '@' && c <= '_')
				c &= 0x1f;
			else
				return errno = EINVAL, -1;
			text++;
		}
		if (k->len == KEYS_MAX)
			return errno = EINVAL, -1;
		k->sequence[k->len++] = (char)c;
	}
	return 0;
}

/* One key more.  Keys that cannot begin the sequence any more go to out. */
static void
take(struct keys *k, char key, char *out, size_t *len)
{
	char typed[KEYS_MAX + 1];
	size_t n = k->held, i;

	memcpy(typed, k->sequence, n);
	typed[n++] = key;
	for (i = 0; i < n; i++)
		if (n - i <= k->len &&
		    memcmp(typed + i, k->sequence, n - i) == 0)
			break;
	memcpy(out + *len, typed, i);
	*len += i;
	k->held = n - i;
}

int
keys_feed(struct keys *k, const char *p, size_t n, char *out, size_t *len)
{
	*len = 0;
	for (; n > 0; p++, n--) {
		take(k, *p, out, len);
		if (k->len == 0 || k->held < k->len)
			continue;
		k->held = 0;
		return 1;
	}
	k->until = deadline_in(k->held > 0 ? HOLD : -1);
	return 0;
}

size_t
keys_let_go(struct keys *k, char out[KEYS_MAX])
{
	size_t n = k->held;

	if (n == 0 || !deadline_passed(&k->until))
		return 0;
	memcpy(out, k->sequence, n);
	k->held = 0;
	return n;
}
