/*
 * attach: the frames that a client sends to the socket of a terminal, in pieces
 * of as many bytes as the first byte says.  The keys of the client reach the
 * terminal, all of them and in order, after its hello and unless it is read-
 * only.  Frames of another type are skipped; bytes that are no frame end the
 * connection.  The client gets whole frames of valid types only.
 */
#include "../../common/io/attach.c"

#include <stdint.h>
#include <stdio.h>

#include "bytes.h"
#include "drive.h"

#define QUEUE	512		/* bytes of output that wait */

struct peer {
	int		 fd, keys;	/* the client's end, the terminal's */
	struct frame_reader in;
	size_t		 output, lost;
	int		 welcome, refused;
};

/* The expected effect of the frames that a client has sent. */
struct plain {
	char	*keys;
	size_t	 n;
	int	 greeted, looks, over;
};

static void
plain_frames(const uint8_t *p, size_t size, struct plain *s)
{
	size_t len;

	for (; size >= FRAME_HEADER && !s->over; p += len, size -= len) {
		len = FRAME_HEADER + ((size_t)p[1] << 8 | p[2]);
		if (len > FRAME_MAX || (!s->greeted && p[0] != 'H'))
			s->over = len > FRAME_MAX || len <= size;
		if (len > size || s->over)
			return;
		if (!s->greeted) {
			s->over = len < FRAME_HEADER + 6 ||
			    p[3] != FRAME_VERSION;
			s->greeted = !s->over;
			s->looks = !s->over && p[4] != FRAME_TYPES &&
			    p[4] != FRAME_YIELDS;
		} else if (p[0] == 'K' && !s->looks) {
			memcpy(s->keys + s->n, p + FRAME_HEADER,
			    len - FRAME_HEADER);
			s->n += len - FRAME_HEADER;
		}
	}
}

static void
open_terminal(struct attach *a, struct ptyinput *input, struct peer *peer)
{
	int s[2], p[2];

	memset(a, 0, sizeof *a);
	memset(input, 0, sizeof *input);
	memset(peer, 0, sizeof *peer);
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, s) == -1 || pipe(p) == -1 ||
	    fdio_nonblock(s[0]) == -1 || fdio_nonblock(s[1]) == -1 ||
	    fdio_nonblock(p[0]) == -1 || fdio_nonblock(p[1]) == -1)
		exit(125);
	input->terminal.fd = input->input = -1;
	input->pty.master = p[1];
	a->input = input;
	a->socket.fd = -1;
	a->viewer[0] = viewer_new(s[0], QUEUE);
	if (a->viewer[0] == NULL)
		exit(125);
	a->viewer[0]->number = a->number = 1;
	peer->fd = s[1];
	peer->keys = p[0];
}

/* Read the frames that the terminal has sent to its client. */
static void
hear_all(struct peer *peer)
{
	const unsigned char *p = frame_payload(&peer->in);

	while (frame_read(&peer->in, peer->fd) > 0) {
		if (!frame_is_whole(&peer->in))
			continue;
		switch (frame_type(&peer->in)) {
		case FRAME_WELCOME:
			peer->welcome++;
			break;
		case FRAME_REFUSAL:
			peer->refused++;
			break;
		case FRAME_OUTPUT:
			peer->output += frame_len(&peer->in);
			break;
		case FRAME_LOST:
			peer->lost += (size_t)frame_get16(p) << 16 |
			    frame_get16(p + 2);
			break;
		case FRAME_TURN:
		case FRAME_END:
			break;
		default:
			WRONG("a frame of no kind");
		}
		frame_drop(&peer->in);
	}
}

static void
step(struct attach *a)
{
	struct pollfd pfd[ATTACH_POLLFDS];

	attach_poll(a, pfd);
	if (poll(pfd, ATTACH_POLLFDS, 0) == -1)
		exit(125);
	attach_step(a, pfd);
}

static void
compare(struct attach *a, struct peer *peer, const struct plain *s,
    size_t shown)
{
	char *keys = malloc(s->n + 1);
	ssize_t n;

	if (keys == NULL)
		exit(125);
	n = read(peer->keys, keys, s->n + 1);
	if (n == -1 && errno == EAGAIN)
		n = 0;
	if (n != (ssize_t)s->n || memcmp(keys, s->keys, s->n) != 0)
		WRONG("other keys");
	if ((a->viewer[0] == NULL) != s->over)
		WRONG("it has gone, or not");
	if (peer->welcome > s->greeted || peer->refused > 1 ||
	    (peer->refused && s->greeted) ||
	    (!s->over && peer->welcome != s->greeted))
		WRONG("welcome, or not");
	if (peer->output + peer->lost > shown ||
	    (s->greeted && !s->over && peer->output + peer->lost != shown))
		WRONG("output that is left out, and it is not told");
	free(keys);
}

static void
close_terminal(struct attach *a, struct peer *peer)
{
	int i;

	for (i = 0; i < ATTACH_CLIENTS; i++)
		if (a->viewer[i] != NULL)
			viewer_free(a->viewer[i]);
	close(peer->fd);
	if (peer->keys != -1)
		close(peer->keys);
	close(a->input->pty.master);
}

/*
 * Keys wait for a terminal that takes none, and are dropped if it has gone; the
 * client that typed before is told.
 */
static void
try_terminal(void)
{
	static const char hello[] = "H\0\6\1\0\0\0\0\0K\0\1k";
	char full[4096] = "";
	struct ptyinput input;
	struct attach a;
	struct peer peer;
	int s[2];

	open_terminal(&a, &input, &peer);
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, s) == -1 ||
	    (a.viewer[1] = viewer_new(s[0], QUEUE)) == NULL)
		exit(125);
	a.typist = a.viewer[1];
	while (write(input.pty.master, full, sizeof full) > 0)
		continue;
	if (write(peer.fd, hello, sizeof hello - 1) == -1)
		exit(125);
	step(&a);
	if (!has_keys(a.viewer[0]) || a.typist != a.viewer[0])
		WRONG("keys do not wait");
	close(peer.keys);
	peer.keys = -1;
	step(&a);
	if (has_keys(a.viewer[0]))
		WRONG("keys wait for nobody");
	close(s[1]);
	close_terminal(&a, &peer);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t piece = 4U * bytes_take(&data, &size) + 1, at, some, shown = 0;
	struct plain s = { malloc(size + 1), 0, 0, 0, 0 };
	struct ptyinput input;
	struct attach a;
	struct peer peer;

	static int tried;

	if (s.keys == NULL || signal(SIGPIPE, SIG_IGN) == SIG_ERR)
		exit(125);
	if (!tried++)
		try_terminal();
	open_terminal(&a, &input, &peer);
	for (at = 0; at < size; at += some) {
		some = size - at < piece ? size - at : piece;
		if (write(peer.fd, data + at, some) != (ssize_t)some)
			break;		/* it has gone */
		step(&a);
		if (a.viewer[0] != NULL && a.viewer[0]->is_greeted) {
			attach_output(&a, "more of it\n", 11);
			shown += 11;
		}
	}
	step(&a);
	plain_frames(data, size, &s);
	hear_all(&peer);
	step(&a);
	hear_all(&peer);
	compare(&a, &peer, &s, shown);
	close_terminal(&a, &peer);
	free(s.keys);
	return 0;
}
