/*
 * chain: the bytes that the links of a chain write into its pipe, in pieces of
 * as many bytes as the first byte says; and the variable by which a link finds
 * that pipe.  All text is passed on unchanged.  Only an ENQ at the start makes
 * it a chain, and only an EOT at the end means success.
 */
#include "config.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "job/chain.h"

#include "bytes.h"
#include "drive.h"

#define ENQ	'\005'
#define EOT	'\004'

struct told {
	char	*text;
	size_t	 n, room;
};

static void
take(const char *text, size_t n, void *arg)
{
	struct told *t = arg;

	if (n == 0 || n > t->room - t->n)
		WRONG("more text than there was");
	memcpy(t->text + t->n, text, n);
	t->n += n;
}

static size_t
plain_text(const uint8_t *data, size_t size, char *text)
{
	size_t n = 0, i;

	for (i = 0; i < size; i++)
		if (data[i] != ENQ && data[i] != EOT)
			text[n++] = (char)data[i];
	return n;
}

static void
try_pipe(const uint8_t *data, size_t size, size_t piece)
{
	char *plain = malloc(size + 1), entry[CHAIN_TEXT];
	struct told t = { malloc(size + 1), 0, size };
	size_t n = plain_text(data, size, plain), at, some;
	enum chain_news news = CHAIN_NOTHING;
	struct chain_wait w;
	int fd = chain_open(&w, 3, entry);
	int joined = size > 0 && memchr(data, ENQ, size) != NULL;
	int left = size > 0 && data[size - 1] == EOT;

	if (fd == -1 || t.text == NULL)
		exit(125);
	for (at = 0; at < size; at += some) {
		some = size - at < piece ? size - at : piece;
		if (write(fd, data + at, some) != (ssize_t)some)
			exit(125);
		if (chain_read(&w, take, &t) != CHAIN_NOTHING)
			WRONG("it ends before its end");
	}
	close(fd);
	while (news == CHAIN_NOTHING)
		news = chain_read(&w, take, &t);
	if (t.n != n || memcmp(t.text, plain, n) != 0)
		WRONG("another text");
	if (news != (joined && !left ? CHAIN_BROKEN : CHAIN_EXECUTED) ||
	    w.joined != joined || w.told != (n > 0) || w.fd != -1)
		WRONG("another end");
	free(t.text);
	free(plain);
}

/* Behind a descriptor of the pipe there is its inode, and nothing else. */
static void
try_entry(const char *value, int reader, int writer)
{
	struct chain c;
	struct stat st;
	char own[CHAIN_TEXT], *entry, byte = 0;
	int good;

	if (fstat(writer, &st) == -1)
		exit(125);
	snprintf(own, sizeof own, "%d:%ju", writer, (uintmax_t)st.st_ino);
	good = strcmp(value, own) == 0;
	if ((entry = malloc(strlen(value) + sizeof CHAIN_ENV "=")) == NULL)
		exit(125);
	sprintf(entry, CHAIN_ENV "=%s", value);
	/* setenv(3) would keep each value for ever. */
	if (putenv(entry) != 0)
		exit(125);
	chain_join(&c);
	if (getenv(CHAIN_ENV) != NULL)
		WRONG("the variable is still there");
	free(entry);
	if (good && (c.fd != writer || read(reader, &byte, 1) != 1 ||
	    byte != ENQ))
		WRONG("the pipe is not found");
	/* With zeros in front it is the same number. */
	if (!good && c.fd != -1 && c.fd != writer)
		WRONG("another pipe is found");
	if (!good && c.fd == writer && (read(reader, &byte, 1) != 1 ||
	    strchr("0123456789", value[0]) == NULL))
		WRONG("what is no number finds the pipe");
}

static void
try_variable(const char *text)
{
	char value[CHAIN_TEXT];
	struct stat st;
	int p[2];

	if (pipe(p) == -1 || fcntl(p[0], F_SETFL, O_NONBLOCK) == -1 ||
	    fstat(p[1], &st) == -1)
		exit(125);
	try_entry(text, p[0], p[1]);
	snprintf(value, sizeof value, "%d:%.40s", p[1], text);
	try_entry(value, p[0], p[1]);
	snprintf(value, sizeof value, "%.20s%d:%ju", text, p[1],
	    (uintmax_t)st.st_ino);
	try_entry(value, p[0], p[1]);
	close(p[0]);
	close(p[1]);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t piece = 1U + bytes_take(&data, &size);
	char *text = bytes_text(data, size);

	try_pipe(data, size, piece);
	try_variable(text);
	(void)chain_is_link(text);
	free(text);
	return 0;
}
