/*
 * notify.h - the ways in which a command reports that it is ready:
 * sd_notify(3), a newline on a descriptor, a TCP port that accepts
 * connections, a line of output.
 *
 *  1. Only a datagram with the whole line READY=1 counts.  Where the system
 *     tells the sender, it MUST be a process of the command's group, session
 *     or lineage; if the sender has exited, its uid MUST be the caller's.
 *     Elsewhere the permissions of the socket's folder keep other users out, so
 *     that there the command cannot change its user.
 *  2. Any other datagram, of any size and content, MUST be read and dropped.
 *  3. The socket and its folder MUST be gone once notify_close returns.
 */
#ifndef NOTIFY_H
#define NOTIFY_H

#include <sys/types.h>
#include <limits.h>

#include "io/linewatch.h"
#include "proc/handle.h"

#define NOTIFY_ENV	"NOTIFY_SOCKET"
#define NOTIFY_STATUS	128
#define NOTIFY_SAID	512

struct notify {
	int	fd;			/* to poll for reading, or -1 */
	int	theirs;			/* the command's end of a pipe, or -1 */
	int	port;			/* to try, with fd -1; or 0 */
	const struct linewatch *watch;	/* to look at, with fd -1; or NULL */
	char	env[128];		/* NOTIFY_SOCKET=..., or empty */
	char	said[NOTIFY_SAID];	/* the piece of a line that came by the
					 * pipe, from its last CR on; it stays
					 * after notify_close */
};

enum notify_news {
	NOTIFY_NOTHING,		/* nothing to read now */
	NOTIFY_OTHER,		/* read and dropped */
	NOTIFY_STATUS_NEWS,
	NOTIFY_BARRIER,		/* all that was sent before it is read */
	NOTIFY_READY,
	NOTIFY_CLOSED		/* READY cannot come any more */
};

/*
 * Make a socket in a new folder under TMPDIR or, if that fails, under one of
 * NOTIFY_PLACES.  Return 0, or -1 with the errno of the last one tried.
 */
#define NOTIFY_PLACES	"XDG_RUNTIME_DIR, /tmp, /run or /var/tmp"
int	notify_socket(struct notify *n);

/* Make a pipe; the command gets theirs.  Return 0, or -1: EMFILE, ENFILE. */
int	notify_pipe(struct notify *n);

/* Try a TCP port (portcheck.h). */
void	notify_port(struct notify *n, int port);

/* Wait for a line of output; the relay feeds the watch. */
void	notify_log(struct notify *n, const struct linewatch *watch);

/* The command has started: close theirs here. */
void	notify_started(struct notify *n);

/*
 * Read one datagram or piece of a line from the group id, without blocking.
 * status is the datagram's STATUS=, or "".  NOTIFY_CLOSED: every writer closed
 * the pipe, so that no newline can come.
 */
enum notify_news notify_read(struct notify *n, const struct handle *id,
	    char status[NOTIFY_STATUS]);

/*
 * Called before the caller closes a socket: read datagrams until BARRIER=1,
 * for up to 100 ms.  systemd-notify sends it right behind READY=1, and fails
 * if it cannot; other programs send none.
 */
void	notify_drain(struct notify *n, const struct handle *id);

void	notify_close(struct notify *n);

#endif
