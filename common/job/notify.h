/*
 * notify.h - a command says that it is ready: by sd_notify(3), or by a
 * newline on a descriptor; or it says nothing, and accepts connections, or
 * writes a line that tells so to its output.
 *
 *  1. Only a datagram with the whole line READY=1 counts, sent by a process
 *     of the command's group, session or lineage where the system tells who
 *     sent it, or one of our user that is gone by the time it is asked for;
 *     elsewhere the folder of the socket, which nobody else may enter, is the
 *     guard.  So only where the system tells it may the command change its user.
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

struct notify {
	int	fd;			/* to poll for reading, or -1 */
	int	theirs;			/* the command's end of a pipe, or -1 */
	int	port;			/* to probe, or 0; fd is -1 then */
	const struct linewatch *watch;	/* to look at, or NULL; the same */
	char	env[128];		/* NOTIFY_SOCKET=..., or empty */
};

enum notify_news {
	NOTIFY_NOTHING,		/* there is none for now */
	NOTIFY_OTHER,		/* none that means anything here */
	NOTIFY_STATUS_NEWS,
	NOTIFY_BARRIER,		/* all that the sender had sent before is read */
	NOTIFY_READY,
	NOTIFY_CLOSED		/* no more will come */
};

/*
 * A socket in a new folder under TMPDIR, or, where that cannot be, under one of
 * NOTIFY_PLACES.  EMFILE, and what the last of them said.
 */
#define NOTIFY_PLACES	"XDG_RUNTIME_DIR, /tmp, /run or /var/tmp"
int	notify_socket(struct notify *n);

/* A pipe, of which the command gets one end. */
int	notify_pipe(struct notify *n);

/* A TCP port, which portcheck.h tells of. */
void	notify_port(struct notify *n, int port);

/* Its output, which somebody else feeds to the watch. */
void	notify_log(struct notify *n, const struct linewatch *watch);

/* The command has its end: close ours of it. */
void	notify_started(struct notify *n);

/*
 * Read one piece of news, of the group id, without blocking, and its STATUS=,
 * or "" where there is none.  NOTIFY_CLOSED: every writer closed the pipe, so
 * that no newline will come.
 */
enum notify_news notify_read(struct notify *n, const struct handle *id,
	    char status[NOTIFY_STATUS]);

/*
 * Where we are about to go: systemd-notify sends a second datagram right after the
 * first, and fails if it cannot.  Wait for that, but not long, as others send none.
 */
void	notify_settle(struct notify *n, const struct handle *id);

void	notify_close(struct notify *n);

#endif
