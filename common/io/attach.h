/*
 * attach.h - other terminals at a command's PTY: a socket to which pgattach(1)
 * connects (sockpath.h, frame.h).
 *
 *  1. No client MUST make the command or its output wait.  Output that a client
 *     does not take is kept, up to ATTACH_QUEUE bytes; then the kept output is
 *     dropped, and the client is told.
 *  2. One client types: the last that came and does not only look on.  When it
 *     goes, the one before it types again.  Each is told.  Keys of others are
 *     dropped.  A client whose input is no terminal yields to those with one.
 *  3. The PTY has the size of the terminal of the client that types; when none
 *     types, of the caller's terminal, if there is one.
 *  4. The end of a client MUST NOT be the end of the command's input.
 */
#ifndef ATTACH_H
#define ATTACH_H

#include <poll.h>
#include <stddef.h>

#include "io/ptyinput.h"

#define ATTACH_CLIENTS	8
#define ATTACH_POLLFDS	(ATTACH_CLIENTS + 2)
#define ATTACH_QUEUE	(256 * 1024)

struct attach;

/*
 * Listen at path for clients of the PTY of input.  NULL with the errno of
 * sockpath_listen, or ENOMEM.
 */
struct attach *attach_open(const char *path, struct ptyinput *input);

/* Fill in what to poll. */
void	attach_poll(const struct attach *a, struct pollfd pfd[ATTACH_POLLFDS]);

/* After poll(2) filled in pfd: let clients in, and pass on without blocking. */
void	attach_step(struct attach *a, const struct pollfd pfd[ATTACH_POLLFDS]);

/* Have all clients see n bytes of output. */
void	attach_output(struct attach *a, const char *p, size_t n);

/*
 * Remove the socket, and tell the clients the exit status of the command; -1:
 * it is not known.  Wait a second at most for a client that is slow.
 */
void	attach_close(struct attach *a, int status);

#endif
