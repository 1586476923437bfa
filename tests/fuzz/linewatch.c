/*
 * linewatch: the pattern of ready=log: up to the first newline, then the output
 * of a command, in pieces of as many bytes as the first byte says and by turns
 * in two streams.  The watch finds a match if a whole line of one of the
 * streams matches the pattern.
 */
#include "config.h"

#include <sys/types.h>

#include <regex.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "io/linewatch.h"

#include "bytes.h"
#include "drive.h"

/*
 * The pattern is the user's own, and the C library takes any time and memory for
 * some; no more than this is asked of it.
 */
#define PATTERN	16
static const char	greedy[] = "{\\";

struct stream {
	char	*text;
	size_t	 n;
};

/* Does a whole line match, of the text that has come? */
static int
plain_found(const regex_t *regex, const struct stream *s)
{
	const char *p = s->text, *end = p + s->n, *nl;
	int found = 0;

	while (!found && (nl = memchr(p, '\n', (size_t)(end - p))) != NULL) {
		size_t n = (size_t)(nl - p);
		char *line = bytes_text(p, n < LINEWATCH_LINE ? n :
		    LINEWATCH_LINE);

		n = n < LINEWATCH_LINE ? n : LINEWATCH_LINE;
		if (n > 0 && line[n - 1] == '\r')
			line[n - 1] = '\0';
		found = regexec(regex, line, 0, NULL, 0) == 0;
		free(line);
		p = nl + 1;
	}
	return found;
}

static void
try_lines(struct linewatch *w, const regex_t *regex, const uint8_t *data,
    size_t size, size_t piece)
{
	struct stream s[2] = { { malloc(size + 1), 0 },
	    { malloc(size + 1), 0 } };
	size_t some;
	int i = 0;

	if (s[0].text == NULL || s[1].text == NULL)
		exit(125);
	for (; size > 0 && !w->found; i = !i, size -= some, data += some) {
		char *exact;

		some = size < piece ? size : piece;
		exact = bytes_copy(data, some);
		memcpy(s[i].text + s[i].n, data, some);
		s[i].n += some;
		linewatch_feed(w, i, exact, some);
		if (w->found != plain_found(regex, &s[i]))
			WRONG("found, or not found");
		free(exact);
	}
	free(s[0].text);
	free(s[1].text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t piece = 16U * bytes_take(&data, &size) + 1, n = 0;
	char *pattern, reason[64] = "";
	struct linewatch *w;
	regex_t regex;
	int error;

	while (n < size && n < PATTERN && data[n] != '\n' &&
	    data[n] != '\0')
		n++;
	pattern = bytes_text(data, n);
	if (pattern[strcspn(pattern, greedy)] != '\0') {
		free(pattern);
		return 0;
	}
	n += n < size;
	w = linewatch_new(pattern, reason, sizeof reason);
	error = regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB);
	if ((w == NULL) != (error != 0) || (w == NULL) != (reason[0] != '\0'))
		WRONG("a pattern, or none");
	if (w != NULL)
		try_lines(w, &regex, data + n, size - n, piece);
	if (error == 0)
		regfree(&regex);
	linewatch_free(w);
	free(pattern);
	return 0;
}
