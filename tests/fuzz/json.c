/*
 * json: untrusted text, printed as JSON.  A parser by the grammar of RFC 8259
 * reads it again and finds the same text, with a replacement character for each
 * byte that is not UTF-8.  The JSON has no control characters except the
 * newlines between values.
 */
#include "config.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/json.h"

#include "bytes.h"
#include "drive.h"
#include "utf8.h"

static const char	replacement[] = "\xef\xbf\xbd";

/* The expected text, with replacement characters. */
static char *
plain_text(const uint8_t *data, size_t size, size_t *len)
{
	char *text = malloc(3 * size + 1);
	size_t n;

	if (text == NULL)
		exit(125);
	for (*len = 0; size > 0; data += n, size -= n) {
		n = plain_utf8(data, size);
		memcpy(text + *len, n > 0 ? (const char *)data : replacement,
		    n > 0 ? n : 3);
		*len += n > 0 ? n : 3;
		n = n > 0 ? n : 1;
	}
	return text;
}

static unsigned
hex4(const char *s)
{
	char digits[5];

	memcpy(digits, s, 4);
	digits[4] = '\0';
	if (strspn(digits, "0123456789abcdefABCDEF") != 4)
		WRONG("no escape");
	return (unsigned)strtoul(digits, NULL, 16);
}

/*
 * Read the string that begins behind the quote; put it into text, which is as
 * long as the JSON.  Return what is behind the closing quote.
 */
static const char *
read_string(const char *p, const char *end, char *text, size_t *len)
{
	for (*len = 0; p < end && *p != '"'; ) {
		size_t n = plain_utf8((const uint8_t *)p, (size_t)(end - p));

		if (n == 0 || plain_control((const uint8_t *)p, n))
			WRONG("a byte that must not be there");
		if (*p != '\\') {
			memcpy(text + *len, p, n);
			*len += n;
			p += n;
		} else if (end - p >= 6 && p[1] == 'u') {
			unsigned code = hex4(p + 2);

			if (code >= 0xa0)
				WRONG("an escape without need");
			if (code >= 0x80)
				text[(*len)++] = '\xc2';
			text[(*len)++] = (char)code;
			p += 6;
		} else if (end - p >= 2 && (p[1] == '"' || p[1] == '\\')) {
			text[(*len)++] = p[1];
			p += 2;
		} else
			WRONG("no escape");
	}
	if (p == end)
		WRONG("a string without end");
	return p + 1;
}

/* [\n{"NAME":"TEXT","n":NUMBER,"z":null}\n]\n, where names and texts are ours. */
static char *
write_all(const uint8_t *data, size_t size, const char *name, size_t *len)
{
	char *out = NULL;
	FILE *f = open_memstream(&out, len);
	struct json j;

	if (f == NULL)
		exit(125);
	json_open(&j, f);
	json_array(&j, NULL);
	json_object(&j, NULL);
	json_text(&j, name, (const char *)data, size);
	json_number(&j, "n", -5);
	json_null(&j, "z");
	json_object_end(&j);
	json_array_end(&j);
	json_close(&j);
	if (fclose(f) != 0)
		exit(125);
	return out;
}

static const char *
expect(const char *p, const char *end, const char *text)
{
	size_t n = strlen(text);

	if ((size_t)(end - p) < n || memcmp(p, text, n) != 0)
		WRONG("something else");
	return p + n;
}

static const char *
expect_string(const char *p, const char *end, const uint8_t *data, size_t size)
{
	char *want, *got = malloc((size_t)(end - p) + 1);
	size_t nwant, ngot;

	if (got == NULL)
		exit(125);
	want = plain_text(data, size, &nwant);
	p = read_string(expect(p, end, "\""), end, got, &ngot);
	if (ngot != nwant || memcmp(got, want, nwant) != 0)
		WRONG("another text");
	free(want);
	free(got);
	return p;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *name = bytes_text(data, size), *exact = bytes_copy(data, size);
	size_t len;
	char *out = write_all((const uint8_t *)exact, size, name, &len);
	const char *p = out, *end = out + len;

	p = expect(p, end, "[\n{");
	p = expect_string(p, end, (const uint8_t *)name, strlen(name));
	p = expect(p, end, ":");
	p = expect_string(p, end, data, size);
	p = expect(p, end, ",\"n\":-5,\"z\":null}\n]\n");
	if (p != end)
		WRONG("more than that");
	free(out);
	free(exact);
	free(name);
	return 0;
}
