/*
 * signame: the name or number of a signal.  A name is the same in capitals, in
 * small letters and behind SIG.  A number has three digits at most.  The name
 * that is printed for an accepted text is accepted again.
 */
#include "config.h"

#include <ctype.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/signame.h"

#include "bytes.h"
#include "drive.h"

static void
try_digits(const char *s, size_t len, int sig)
{
	size_t i;
	int n = 0;

	for (i = 0; i < len; i++) {
		if (s[i] < '0' || s[i] > '9')
			return;
		n = n < 1000 ? n * 10 + (s[i] - '0') : n;
	}
	if (len > 0 && sig != -1 && (len > 3 || sig != n))
		WRONG("a number that is another signal");
}

/* The same in other letters, and behind SIG. */
static void
try_alike(const char *s, size_t len, int sig)
{
	char *other = malloc(len + 4);
	size_t i;

	if (other == NULL)
		exit(125);
	memcpy(other, "sIg", 3);
	for (i = 0; i < len; i++)
		other[3 + i] = (char)(isupper((unsigned char)s[i]) ?
		    tolower((unsigned char)s[i]) :
		    toupper((unsigned char)s[i]));
	if (signame_number(other + 3, len) != sig)
		WRONG("letters matter");
	if (sig != -1 && isalpha((unsigned char)s[0]) &&
	    (len < 3 || strncasecmp(s, "SIG", 3) != 0) &&
	    signame_number(other, len + 3) != sig)
		WRONG("another one behind SIG");
	free(other);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *s = bytes_copy(data, size), text[SIGNAME_TEXT];
	int sig;

	errno = 0;
	sig = signame_number(s, size);
	if (sig < -1 || (sig == -1 && errno != EINVAL))
		WRONG("no signal and no error");
	if (sig != -1 && (memchr(signame_text(sig, text), '\0',
	    sizeof text) == NULL ||
	    signame_number(text, strlen(text)) != sig))
		WRONG("it is not read as it is written");
	try_digits(s, size, sig);
	try_alike(s, size, sig);
	free(s);
	return 0;
}
