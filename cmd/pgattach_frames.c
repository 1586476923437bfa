#include "config.h"

#include <sys/ioctl.h>
#include <sys/types.h>

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/exitcode.h"
#include "base/fdio.h"
#include "pgattach.h"

/* --- the terminal --- */

void
client_say(struct attachment *a, const char *text)
{
	int raw = a->terminal.raw;

	if (raw && isatty(STDERR_FILENO))	/* below what is shown */
		(void)fdio_write(STDERR_FILENO, "\r\n\033[J", 5);
	terminal_restore(&a->terminal);
	diag_warnx("%s: %s", a->name, text);
	if (raw)
		terminal_make_raw(&a->terminal);
}

/* Only a terminal gets the sequences that undo modes of the output. */
void
client_leave_terminal(struct attachment *a)
{
	char text[MODES_TEXT];

	if (!a->terminal.raw)
		return;
	if (isatty(STDOUT_FILENO))
		(void)write(STDOUT_FILENO, text, modes_undo(&a->modes, text));
	terminal_restore(&a->terminal);
}

void
client_take_terminal(struct attachment *a)
{
	if (!a->is_welcome)
		return;
	terminal_make_raw(&a->terminal);
	a->size_due = 1;
}

void
client_end(struct attachment *a, int status)
{
	a->is_over = 1;
	a->status = status;
}

static void
fail(struct attachment *a, const char *text)
{
	client_say(a, text);
	client_end(a, EXITCODE_OWN);
}

/* --- what goes out --- */

static void
send_frame(struct attachment *a, enum frame_type type, const void *p, size_t n)
{
	a->wire_len = frame_put(a->wire, type, p, n);
	a->wire_off = 0;
}

static void
put_size(const struct attachment *a, unsigned char size[4])
{
	struct winsize ws;

	memset(size, 0, 4);
	if (a->terminal.fd == -1 || !terminal_size(&a->terminal, &ws))
		return;
	frame_put16(size, ws.ws_col);
	frame_put16(size + 2, ws.ws_row);
}

void
client_hello(struct attachment *a)
{
	unsigned char hello[6] = { FRAME_VERSION };

	hello[1] = a->looks ? FRAME_LOOKS :
	    a->terminal.input ? FRAME_TYPES : FRAME_YIELDS;
	put_size(a, hello + 2);
	send_frame(a, FRAME_HELLO, hello, sizeof hello);
}

/* After the end of the connection there may still be a frame to read. */
void
client_flush(struct attachment *a)
{
	unsigned char size[4];
	ssize_t n;

	if (a->wire_off == a->wire_len && a->size_due && a->is_welcome) {
		a->size_due = 0;
		put_size(a, size);
		send_frame(a, FRAME_SIZE, size, sizeof size);
	}
	while (a->wire_off < a->wire_len) {
		n = write(a->socket, a->wire + a->wire_off,
		    a->wire_len - a->wire_off);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1 && errno != EPIPE && errno != ECONNRESET)
			return;
		a->wire_off = n == -1 ? a->wire_len :
		    a->wire_off + (size_t)n;
	}
}

void
client_keys(struct attachment *a, const char *p, size_t n)
{
	if (n == 0)
		return;
	if (a->types)
		send_frame(a, FRAME_KEYS, p, n);
	else if (a->terminal.raw)
		(void)write(STDERR_FILENO, "\a", 1);
}

/* --- what comes in --- */

void
client_show_rest(struct attachment *a)
{
	if (output_flush(&a->output) == -1)
		client_end(a, errno == EPIPE ? EXITCODE_UNREAD : EXITCODE_OWN);
}

static void
show(struct attachment *a, const char *p, size_t n)
{
	modes_see(&a->modes, p, n);
	memcpy(a->output.buf, p, n);
	a->output.len = n;
	client_show_rest(a);
}

static void
greet(struct attachment *a, int types)
{
	char text[128];

	a->is_welcome = 1;
	a->types = types;
	if (!types && !a->looks) {
		client_say(a, "attached; a terminal types, and the input "
		    "waits until that detaches");
		return;
	}
	snprintf(text, sizeof text, "attached%s%.32s%s",
	    a->keys.len > 0 && a->terminal.input ? "; " : "",
	    a->keys.len > 0 && a->terminal.input ? a->detach : "",
	    a->keys.len > 0 && a->terminal.input ? " detaches" : "");
	client_say(a, text);
	client_take_terminal(a);
	a->size_due = 0;
}

static void
take_turn(struct attachment *a, int types)
{
	a->types = types;
	if (a->terminal.input)
		client_say(a, types ? "this terminal types again" :
		    "another terminal types now, this one looks on");
	else
		client_say(a, types ? "the input is passed on from now on" :
		    "a terminal types now, and the input waits");
}

static void
tell_lost(struct attachment *a, const unsigned char *p)
{
	char text[64];

	snprintf(text, sizeof text, "%lu bytes of output are left out",
	    (unsigned long)frame_get16(p) << 16 | frame_get16(p + 2));
	client_say(a, text);
}

static void
take_end(struct attachment *a, int status)
{
	char text[32];

	client_leave_terminal(a);
	snprintf(text, sizeof text, "ended with status %d", status);
	client_say(a, text);
	client_end(a, status);
}

static const char *
refusal(int reason)
{
	switch (reason) {
	case FRAME_TOO_MANY:
		return "too many terminals are attached";
	case FRAME_OTHER_USER:
		return "it is another user's";
	default:
		return "its pgspawn is of another version";
	}
}

static void
obey(struct attachment *a)
{
	const unsigned char *p = frame_payload(&a->in);
	size_t n = frame_len(&a->in);

	switch (n > 0 ? frame_type(&a->in) : 0) {
	case FRAME_WELCOME:
		greet(a, n > 1 && p[1]);
		break;
	case FRAME_REFUSAL:
		fail(a, refusal(n > 1 ? p[1] : 0));
		break;
	case FRAME_OUTPUT:
		show(a, (const char *)p, n);
		break;
	case FRAME_TURN:
		take_turn(a, p[0]);
		break;
	case FRAME_LOST:
		if (n >= 4)
			tell_lost(a, p);
		break;
	case FRAME_END:
		take_end(a, p[0]);
		break;
	}
}

void
client_read(struct attachment *a)
{
	ssize_t n;

	while (!a->is_over && a->output.len == 0) {
		n = frame_read(&a->in, a->socket);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1 && errno == EAGAIN)
			return;
		if (n <= 0) {
			fail(a, "the connection is lost: "
			    "its pgspawn has ended");
			return;
		}
		if (frame_is_whole(&a->in)) {
			obey(a);
			frame_drop(&a->in);
		}
	}
}
