/*
 * frames: the bytes that pgattach reads from the socket of a terminal, in
 * pieces of as many bytes as the first byte says.  The output is printed whole
 * and in order, up to the end or to bytes that are no frame.  The status is
 * that of the last frame.  No text from the socket makes a message longer than
 * a line.
 */
#include "config.h"

#include "../../cmd/pgattach_frames.c"
#include "../../cmd/pgattach_modes.c"

#include <sys/socket.h>
#include <sys/stat.h>

#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>

#include "bytes.h"
#include "drive.h"

/* The expected effect of the frames. */
struct plain {
	char	*output;
	size_t	 n;
	int	 over, status;
};

static void
take_message(const char *line, size_t n)
{
	if (n == 0 || memchr(line, '\n', n) != line + n - 1)
		WRONG("a message that is no line");
}

static void
plain_frames(const uint8_t *p, size_t size, struct plain *s)
{
	size_t len;

	s->status = EXITCODE_OWN;	/* the connection is lost */
	for (; size >= FRAME_HEADER; p += len, size -= len) {
		len = FRAME_HEADER + ((size_t)p[1] << 8 | p[2]);
		if (len > FRAME_MAX || len > size)
			return;
		if (len == FRAME_HEADER)
			continue;
		if (p[0] == 'X')
			return;
		if (p[0] == 'E') {
			s->status = p[3];
			return;
		}
		if (p[0] == 'O') {
			memcpy(s->output + s->n, p + FRAME_HEADER,
			    len - FRAME_HEADER);
			s->n += len - FRAME_HEADER;
		}
	}
}

static int
open_file(void)
{
	return bytes_file(0, "", 0);
}

static void
open_client(struct attachment *a, int fd, int out)
{
	memset(a, 0, sizeof *a);
	a->name = "web";
	a->detach = "^\\";
	a->socket = fd;
	a->sigfd = a->stopfd = a->input = a->terminal.fd = -1;
	output_open(&a->output, out, a->shown, sizeof a->shown);
}

static void
compare(const struct attachment *a, const struct plain *s, int out)
{
	char *got = malloc(s->n + 1);

	if (got == NULL)
		exit(125);
	if (pread(out, got, s->n + 1, 0) != (ssize_t)s->n ||
	    memcmp(got, s->output, s->n) != 0)
		WRONG("other output");
	if (!a->is_over || a->status != s->status)
		WRONG("another end");
	free(got);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t piece = 4U * bytes_take(&data, &size) + 1, at, some;
	struct plain s = { malloc(size + 1), 0, 0, 0 };
	struct attachment a;
	int p[2], out = open_file();

	if (s.output == NULL ||
	    socketpair(AF_UNIX, SOCK_STREAM, 0, p) == -1 ||
	    fcntl(p[0], F_SETFL, O_NONBLOCK) == -1 ||
	    fcntl(p[1], F_SETFL, O_NONBLOCK) == -1)
		exit(125);
	diag_write_by(take_message);
	open_client(&a, p[0], out);
	for (at = 0; at < size && !a.is_over; at += some) {
		some = size - at < piece ? size - at : piece;
		if (write(p[1], data + at, some) != (ssize_t)some)
			exit(125);
		client_read(&a);
	}
	close(p[1]);
	client_read(&a);
	client_leave_terminal(&a);
	diag_write_by(NULL);
	plain_frames(data, size, &s);
	compare(&a, &s, out);
	output_close(&a.output);
	close(p[0]);
	free(s.output);
	return 0;
}
