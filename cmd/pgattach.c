/*
 * pgattach - connect this terminal to that of a command, which pgspawn -A
 * offers on a socket.
 *
 * The terminal is in raw modes from the welcome on, and has its own modes
 * again in every way out of the loop, and while this process is stopped.
 */
#include "config.h"

#include <sys/ioctl.h>
#include <sys/types.h>

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/deadline.h"
#include "base/diag.h"
#include "base/exitcode.h"
#include "base/fdio.h"
#include "base/sigwake.h"
#include "io/frame.h"
#include "io/output.h"
#include "io/sockpath.h"
#include "io/terminal.h"
#include "pgattach_keys.h"
#include "pgattach_modes.h"

#define DETACH	"^P^Q"

static const char help[] =
    "[-r] [-k keys] [-n name] socket\n"
    "Connect this terminal to that of a command, which pgspawn -A offers.\n"
    "\n"
    "  -k keys        keys that detach (" DETACH ")\n"
    "  -n name        name of the command in messages\n"
    "  -r             only look on\n";

/* The descriptors to poll. */
enum { SIGNALS, STOP, SOCKET, INPUT, OUTPUT, NPOLL };

struct attachment {
	const char	*name;		/* for messages */
	const char	*detach;	/* the keys, as text */
	int		 looks;		/* -r */
	int		 socket, sigfd, stopfd;
	int		 input;		/* descriptor, or -1: it ended */
	struct terminal	 terminal;
	struct modes	 modes;
	struct keys	 keys;
	struct output	 output;
	char		 shown[FRAME_PAYLOAD];	/* the output's buffer */
	struct frame_reader in;
	unsigned char	 wire[FRAME_MAX];	/* what the socket gets, */
	size_t		 wire_len, wire_off;	/* and how much it got */
	int		 size_due;	/* the size is to be sent */
	int		 is_welcome, types;
	int		 is_over, status;
};

/* --- the terminal --- */

static void
say(struct attachment *a, const char *text)
{
	int raw = a->terminal.raw;

	if (raw && isatty(STDERR_FILENO))	/* below what is shown */
		(void)fdio_write(STDERR_FILENO, "\r\n\033[J", 5);
	terminal_restore(&a->terminal);
	diag_warnx("%s: %s", a->name, text);
	if (raw)
		terminal_make_raw(&a->terminal);
}

/* Only its terminal gets what undoes the command's output. */
static void
leave_terminal(struct attachment *a)
{
	char text[MODES_TEXT];

	if (!a->terminal.raw)
		return;
	if (isatty(STDOUT_FILENO))
		(void)write(STDOUT_FILENO, text, modes_undo(&a->modes, text));
	terminal_restore(&a->terminal);
}

static void
take_terminal(struct attachment *a)
{
	if (!a->is_welcome)
		return;
	terminal_make_raw(&a->terminal);
	a->size_due = 1;
}

static void
end(struct attachment *a, int status)
{
	a->is_over = 1;
	a->status = status;
}

static void
fail(struct attachment *a, const char *text)
{
	say(a, text);
	end(a, EXITCODE_OWN);
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

static void
send_hello(struct attachment *a)
{
	unsigned char hello[6] = { FRAME_VERSION,
	    (unsigned char)(a->looks != 0) };

	put_size(a, hello + 2);
	send_frame(a, FRAME_HELLO, hello, sizeof hello);
}

/* After the end of the connection there may still be a frame to read. */
static void
flush_socket(struct attachment *a)
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

static void
send_keys(struct attachment *a, const char *p, size_t n)
{
	if (n == 0)
		return;
	if (a->types)
		send_frame(a, FRAME_KEYS, p, n);
	else if (a->terminal.raw)
		(void)write(STDERR_FILENO, "\a", 1);
}

/* Input that is no terminal goes on unseen; its end ends nothing. */
static void
read_input(struct attachment *a)
{
	char typed[FRAME_PAYLOAD - KEYS_MAX], keys[FRAME_PAYLOAD];
	ssize_t n = read(a->input, typed, sizeof typed);
	size_t len;

	if (n == -1 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n <= 0) {
		a->input = -1;
		if (a->terminal.input)
			end(a, 128 + SIGHUP);
	} else if (!a->terminal.input) {
		send_keys(a, typed, (size_t)n);
	} else {
		int is_end = keys_feed(&a->keys, typed, (size_t)n, keys, &len);

		send_keys(a, keys, len);
		if (is_end) {
			flush_socket(a);
			say(a, "detached");
			end(a, 0);
		}
	}
}

static void
let_keys_go(struct attachment *a)
{
	char keys[KEYS_MAX];

	if (a->wire_off == a->wire_len)
		send_keys(a, keys, keys_let_go(&a->keys, keys));
}

/* --- what comes in --- */

static void
flush_output(struct attachment *a)
{
	if (output_flush(&a->output) == -1)
		end(a, errno == EPIPE ? EXITCODE_UNREAD : EXITCODE_OWN);
}

static void
show(struct attachment *a, const char *p, size_t n)
{
	modes_see(&a->modes, p, n);
	memcpy(a->output.buf, p, n);
	a->output.len = n;
	flush_output(a);
}

static void
greet(struct attachment *a, int types)
{
	char text[128];

	a->is_welcome = 1;
	a->types = types;
	snprintf(text, sizeof text, "attached%s%.32s%s",
	    a->keys.len > 0 && a->terminal.input ? "; " : "",
	    a->keys.len > 0 && a->terminal.input ? a->detach : "",
	    a->keys.len > 0 && a->terminal.input ? " detaches" : "");
	say(a, text);
	take_terminal(a);
	a->size_due = 0;
}

static void
take_turn(struct attachment *a, int types)
{
	a->types = types;
	say(a, types ? "this terminal types again" :
	    "another terminal types now, this one looks on");
}

static void
tell_lost(struct attachment *a, const unsigned char *p)
{
	char text[64];

	snprintf(text, sizeof text, "%lu bytes of output are left out",
	    (unsigned long)frame_get16(p) << 16 | frame_get16(p + 2));
	say(a, text);
}

static void
take_end(struct attachment *a, int status)
{
	char text[32];

	leave_terminal(a);
	snprintf(text, sizeof text, "ended with status %d", status);
	say(a, text);
	end(a, status);
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

static void
read_socket(struct attachment *a)
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

/* --- signals --- */

static void
suspend(struct attachment *a, int sig)
{
	leave_terminal(a);
	sigwake_stop(sig, getpid());
	take_terminal(a);
}

static void
take_signal(struct attachment *a, int sig)
{
	switch (sig) {
#ifdef SIGWINCH
	case SIGWINCH:
		a->size_due = 1;
		break;
#endif
	case SIGCONT:
		take_terminal(a);
		break;
	case SIGTSTP:
	case SIGTTIN:
	case SIGTTOU:
		suspend(a, sig);
		break;
	case SIGCHLD:
	case SIGURG:
		break;
	default:
		end(a, 128 + sig);
	}
}

static void
take_signals(struct attachment *a)
{
	int sig;

	while ((sig = sigwake_read(a->sigfd)) != 0)
		take_signal(a, sig);
	if (sigwake_stop_waits())
		suspend(a, SIGTSTP);
}

static int
open_signals(struct attachment *a)
{
	struct sigaction sa;
	sigset_t ignored;
	int sig;

	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&ignored);
	for (sig = 1; sig < NSIG; sig++)
		if (sigaction(sig, NULL, &sa) == 0 &&
		    sa.sa_handler == SIG_IGN && sig != SIGCHLD)
			sigaddset(&ignored, sig);
	a->sigfd = sigwake_open_all(&ignored);
	a->stopfd = sigwake_open_stop();
	return a->sigfd == -1 ? -1 : 0;
}

/* --- the loop --- */

/* In the background of the terminal a read would stop this process. */
static int
may_read_input(const struct attachment *a)
{
	if (a->input == -1 || !a->is_welcome || a->wire_off < a->wire_len)
		return 0;
	return a->terminal.input ? a->terminal.raw : a->types && !a->looks;
}

static void
turn(struct attachment *a)
{
	struct pollfd pfd[NPOLL];
	int is_idle = a->wire_off == a->wire_len, i;
	int timeout = is_idle && a->keys.held > 0 ?
	    deadline_poll(&a->keys.until) : -1;

	for (i = 0; i < NPOLL; i++)
		pfd[i] = (struct pollfd){ .fd = -1, .events = POLLIN };
	pfd[SIGNALS].fd = a->sigfd;
	pfd[STOP].fd = a->stopfd;
	pfd[SOCKET].fd = a->socket;
	pfd[SOCKET].events = (short)((a->output.len == 0 ? POLLIN : 0) |
	    (!is_idle || a->size_due ? POLLOUT : 0));
	if (pfd[SOCKET].events == 0)
		pfd[SOCKET].fd = -1;
	if (may_read_input(a))
		pfd[INPUT].fd = a->input;
	(void)output_poll(&a->output, &pfd[OUTPUT], &timeout);
	poll(pfd, NPOLL, timeout);
	take_signals(a);
	if (a->is_over)
		return;
	flush_output(a);
	if (!a->is_over && output_check(&a->output) == -1)
		end(a, EXITCODE_UNREAD);
	if (!a->is_over && pfd[INPUT].fd != -1 && pfd[INPUT].revents != 0 &&
	    may_read_input(a))
		read_input(a);
	if (a->is_over)
		return;
	let_keys_go(a);
	flush_socket(a);
	read_socket(a);
}

static void
join(struct attachment *a, const char *path)
{
	a->socket = sockpath_connect(path);
	if (a->socket == -1 && errno == ECONNREFUSED)
		diag_diex(EXITCODE_OWN, "%s: its pgspawn has ended", a->name);
	if (a->socket == -1 && errno == EPERM)
		diag_diex(EXITCODE_OWN, "%s: it is another user's",
		    a->name);
	if (a->socket == -1 || fdio_nonblock(a->socket) == -1 ||
	    open_signals(a) == -1)
		diag_die(EXITCODE_OWN, "%s", a->name);
	terminal_find(&a->terminal);
	a->input = STDIN_FILENO;
	output_open(&a->output, STDOUT_FILENO, a->shown, sizeof a->shown);
	a->output.lockable = 0;		/* bytes, not lines */
	send_hello(a);
	flush_socket(a);
}

static void
parse_options(int argc, char *argv[], struct attachment *a)
{
	int c;

	diag_help(help);
	while ((c = diag_getopt(EXITCODE_OWN, argc, argv, "+:k:n:r")) != -1)
		switch (c) {
		case 'k':
			a->detach = optarg;
			break;
		case 'n':
			a->name = optarg;
			break;
		case 'r':
			a->looks = 1;
			break;
		}
	if (argc - optind != 1)
		diag_usage(EXITCODE_OWN, optind == argc ? "no socket" :
		    "more than one socket");
	if (a->name == NULL)
		a->name = argv[optind];
	if (keys_parse(&a->keys, a->detach) == -1)
		diag_diex(EXITCODE_OWN, "-k %s: not keys such as " DETACH
		    ", %d at most", a->detach, KEYS_MAX);
}

int
main(int argc, char *argv[])
{
	static struct attachment a = { .detach = DETACH };

	diag_init("pgattach");
	if (fdio_fill_standard() == -1)
		diag_die(EXITCODE_OWN, "/dev/null");
	parse_options(argc, argv, &a);
	join(&a, argv[optind]);
	while (!a.is_over)
		turn(&a);
	leave_terminal(&a);
	return a.status;
}
