/*
 * linebuf: the output of a command, passed on in lines with a label in front of
 * each.  The first byte is the size of the pieces, the second the number of
 * repetitions, so that a line can be longer than the buffer.  All bytes come
 * out in order, with a label only at the beginning of a line and behind a
 * return within it, and with a newline at the end.
 */
#include "config.h"

#include <sys/stat.h>

#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/linebuf.h"

#include "bytes.h"
#include "drive.h"

#define LONGEST	(200 * 1024)	/* bytes of a stream */
#define LABEL	"web | "
#define SHORT	2000		/* bytes of a stream whose labels have room */

struct stream {
	struct linebuf	 in;
	struct output	 out;
	struct label	 label;
	char		*label_room, *buf, *batch;
	int		 fd;		/* of the file that is written */
};

static int
open_file(void)
{
	static FILE *f;

	if (f == NULL && (f = tmpfile()) == NULL)
		exit(125);
	if (ftruncate(fileno(f), 0) == -1 ||
	    lseek(fileno(f), 0, SEEK_SET) == -1)
		exit(125);
	return fileno(f);
}

static void
open_stream(struct stream *s, int plain)
{
	size_t size = LINEBUF_LINE + strlen(LABEL) + 1;

	s->label_room = malloc(label_room(LABEL));
	s->buf = malloc(LINEBUF_LINE);
	s->batch = malloc(size);
	if (s->label_room == NULL || s->buf == NULL || s->batch == NULL)
		exit(125);
	label_open(&s->label, LABEL, s->label_room);
	s->fd = open_file();
	output_open(&s->out, s->fd, s->batch, size);
	if (linebuf_open(&s->in, s->buf, &s->out, -1) == -1)
		exit(125);
	s->in.plain = plain;
}

/* Read and write as much as possible without blocking. */
static void
step(struct stream *s)
{
	size_t fresh;

	do {
		while (output_free(&s->out, &s->in)) {
			linebuf_put(&s->in, &s->label);
			if (s->out.len > s->out.size)
				WRONG("more than its room");
			if (s->out.len == 0)
				break;
			if (output_flush(&s->out) == -1)
				exit(125);
		}
		if (output_flush(&s->out) == -1)
			exit(125);
	} while (s->in.in != -1 && linebuf_read(&s->in, &fresh) == 1);
}

/* Does text follow the return that overwrites what is in front of it? */
static int
overwrites(const char *text, size_t size, size_t i)
{
	return text[i] == '\r' && i + 1 < size && text[i + 1] != '\r' &&
	    text[i + 1] != '\n';
}

static int
is_label(const char *p, const char *end)
{
	size_t n = strlen(LABEL);

	return (size_t)(end - p) >= n && memcmp(p, LABEL, n) == 0;
}

/*
 * Without plain: a label in front of each line, and behind a return where there
 * is room, which there is in a short stream; a newline at the end.
 */
static void
compare_text(const char *text, size_t size, int plain, const char *p,
    const char *end)
{
	size_t i;
	int begins = 1;

	for (i = 0; i < size; i++) {
		if (begins && !plain) {
			if (!is_label(p, end))
				WRONG("a line without a label");
			p += strlen(LABEL);
		}
		if (p == end || *p++ != text[i])
			WRONG("other bytes");
		begins = text[i] == '\n';
		if (plain || !overwrites(text, size, i))
			continue;
		if (is_label(text + i + 1, text + size))
			return;		/* its own, or the label? */
		if (is_label(p, end))
			p += strlen(LABEL);
		else if (size <= SHORT)
			WRONG("no label behind a return");
	}
	if (!begins && !plain && (p == end || *p++ != '\n'))
		WRONG("no newline at the end");
	if (p != end)
		WRONG("more than there was");
}

static void
compare(int fd, const char *text, size_t size, int plain)
{
	struct stat st;
	char *got;

	if (fstat(fd, &st) == -1 ||
	    (got = malloc((size_t)st.st_size + 1)) == NULL ||
	    pread(fd, got, (size_t)st.st_size, 0) != st.st_size)
		exit(125);
	compare_text(text, size, plain, got, got + st.st_size);
	free(got);
}

/* The input, repeated. */
static char *
repeat(const uint8_t *data, size_t size, size_t times, size_t *len)
{
	size_t n = size > 0 && size * times > LONGEST ? LONGEST / size : times;
	char *text = malloc(size * n + 1);

	if (text == NULL)
		exit(125);
	for (*len = 0; n > 0 && size > 0; n--, *len += size)
		memcpy(text + *len, data, size);
	return text;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t how = bytes_take(&data, &size);
	size_t times = 1U + bytes_take(&data, &size), len, at, some;
	size_t piece = (size_t)1 << how % 16;
	int plain = how >= 240;
	char *text = repeat(data, size, times, &len);
	struct stream s;

	/* A step for each piece, of which there are not too many. */
	piece += len / 256;
	open_stream(&s, plain);
	for (at = 0; at < len; at += some) {
		some = len - at < piece ? len - at : piece;
		if (write(s.in.command_end, text + at, some) !=
		    (ssize_t)some)
			exit(125);
		step(&s);
	}
	linebuf_finish(&s.in);
	while (!linebuf_done(&s.in) || s.out.len > 0)
		step(&s);
	compare(s.fd, text, len, plain);
	linebuf_close(&s.in);
	output_close(&s.out);
	free(s.label_room);
	free(s.buf);
	free(s.batch);
	free(text);
	return 0;
}
