/*
 * procargs: a buffer of KERN_PROCARGS2.  No byte outside of it is read.  A
 * buffer is also made as macOS makes it, from the lines of the input: the first
 * line is the path, the second has as many bytes as there are arguments, and
 * the others are the arguments and the environment.  This environment is found.
 */
#include "config.h"

#include <errno.h>

#include "sys/procargs.h"

#include "drive.h"

#define SYSTEMS	"pfz=0x7ffffff12000\0stack_guard=0x1\0\0"

struct buffer {
	char	*p;
	size_t	 n;
};

static void
put(struct buffer *b, const void *p, size_t n)
{
	if (n > 0)
		memcpy(b->p + b->n, p, n);
	b->n += n;
}

static void
pad(struct buffer *b, size_t to)
{
	while ((b->n - sizeof(int)) % to != 0)
		put(b, "", 1);
}

static void
try_buffer(const char *p, size_t size)
{
	size_t start = 0;
	ssize_t n = procargs_environ(p, size, &start);

	if (n == -1 && errno != EBADMSG)
		WRONG("another error");
	if (n >= 0 && (start > size || (size_t)n > size - start))
		WRONG("outside");
	if (n > 0 && p[start + (size_t)n - 1] == '\0' && n > 1 &&
	    p[start + (size_t)n - 2] == '\0')
		WRONG("padding counts");
}

/* The next line, without its newline and without NULs, which none can hold. */
static size_t
line(const uint8_t **p, const uint8_t *end, char *to)
{
	size_t n = 0;

	while (*p < end && **p != '\n') {
		if (**p != '\0')
			to[n++] = (char)**p;
		++*p;
	}
	if (*p < end)
		++*p;
	to[n] = '\0';
	return n;
}

/* Does a cut at any length find an environment that begins like the whole? */
static void
try_cut(const struct buffer *b, size_t start, ssize_t whole, size_t cut)
{
	char *p = malloc(cut > 0 ? cut : 1);
	size_t at = 0;
	ssize_t n;

	if (p == NULL)
		exit(125);
	memcpy(p, b->p, cut);
	n = procargs_environ(p, cut, &at);
	if (n > 0 && (at != start || (n <= whole &&
	    memcmp(p + at, b->p + start, (size_t)n) != 0)))
		WRONG("cut off, it is another");
	free(p);
}

static void
try_lines(const uint8_t *data, size_t size, size_t align)
{
	const uint8_t *end = data + size, *p = data;
	struct buffer b = { malloc(2 * size + 256), 0 };
	char *text = malloc(size + 1);
	size_t n, start, found, entries, i;
	ssize_t len;
	int argc, left;

	if (b.p == NULL || text == NULL)
		exit(125);
	put(&b, &size, sizeof(int));
	n = line(&p, end, text);
	put(&b, text, n + 1);
	pad(&b, align);
	argc = left = (int)line(&p, end, text);
	memcpy(b.p, &argc, sizeof argc);
	while (left-- > 0) {
		n = line(&p, end, text);
		if (n == 0 && align == 4)	/* may look like 64 bits */
			text[n++] = 'x', text[n] = '\0';
		put(&b, text, n + 1);
	}
	start = entries = b.n;
	while (p < end) {
		n = line(&p, end, text);
		if (argc == 0 && align == 4 && n == 0)
			text[n++] = 'x', text[n] = '\0';
		put(&b, text, n + 1);
		if (n > 0)
			entries = b.n;
	}
	pad(&b, align);
	i = b.n;
	put(&b, SYSTEMS, sizeof SYSTEMS);
	len = procargs_environ(b.p, b.n, &found);
	/* Four NULs of 32 bits look like 64 where there is nothing else. */
	if (len == -1 || (size_t)len != entries - start ||
	    (len > 0 && found != start)) {
		if (align == 8 || entries != start)
			WRONG("another environment");
	}
	if (align == 8 && i > 0)
		try_cut(&b, start, len, size % b.n);
	free(b.p);
	free(text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	try_buffer((const char *)data, size);
	try_lines(data, size, 8);
	try_lines(data, size, 4);
	return 0;
}
