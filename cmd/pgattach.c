/*
 * pgattach - connect this terminal to that of a command, which pgspawn -A
 * offers on a socket.
 */
#include "config.h"

#include <sys/types.h>

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include "base/deadline.h"
#include "base/diag.h"
#include "base/exitcode.h"
#include "base/fdio.h"
#include "base/sigwake.h"
#include "io/sockpath.h"
#include "pgattach.h"

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

/* --- what is typed --- */

/* Input that is no terminal is sent as it is; its end does not end pgattach. */
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
			client_end(a, 128 + SIGHUP);
	} else if (!a->terminal.input) {
		client_keys(a, typed, (size_t)n);
	} else {
		int is_end = keys_feed(&a->keys, typed, (size_t)n, keys, &len);

		client_keys(a, keys, len);
		if (is_end) {
			client_flush(a);
			client_say(a, "detached");
			client_end(a, 0);
		}
	}
}

static void
let_keys_go(struct attachment *a)
{
	char keys[KEYS_MAX];

	if (a->wire_off == a->wire_len)
		client_keys(a, keys, keys_let_go(&a->keys, keys));
}

/* --- signals --- */

static void
suspend(struct attachment *a, int sig)
{
	client_leave_terminal(a);
	sigwake_stop(sig, getpid());
	client_take_terminal(a);
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
		client_take_terminal(a);
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
		client_end(a, 128 + sig);
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
	client_show_rest(a);
	if (!a->is_over && output_check(&a->output) == -1)
		client_end(a, EXITCODE_UNREAD);
	if (!a->is_over && pfd[INPUT].fd != -1 && pfd[INPUT].revents != 0 &&
	    may_read_input(a))
		read_input(a);
	if (a->is_over)
		return;
	let_keys_go(a);
	client_flush(a);
	client_read(a);
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
	client_hello(a);
	client_flush(a);
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
	client_leave_terminal(&a);
	return a.status;
}
