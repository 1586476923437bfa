/*
 * sockpath.h - a Unix socket at a path of any length.
 *
 * The system takes about 100 bytes of path.  For a longer one a child process
 * changes to the directory: the caller keeps its own.
 *
 *  1. A socket appears at its path only once it can be connected to, with mode
 *     0600.
 *  2. No other user MUST be able to put a socket in its place: its directory
 *     belongs to this user or root, and others cannot write to it, unless it is
 *     sticky.
 *  3. What is at the path already MUST NOT be replaced, unless it is a socket
 *     on which no process listens.
 *  4. A socket that another process has put at the path since MUST NOT be
 *     removed by sockpath_close.
 */
#ifndef SOCKPATH_H
#define SOCKPATH_H

#include <sys/types.h>

struct sockpath {
	int	 fd;		/* that listens: non-blocking, close-on-exec */
	int	 dir;
	char	*name;		/* in dir; malloc'ed */
	dev_t	 dev;
	ino_t	 ino;
};

/*
 * Listen on a new socket at path.  0, or -1 with EPERM (rule 2), EEXIST (rule
 * 3), EADDRINUSE: another process listens there; or the errno of open(2),
 * bind(2), rename(2), fork(2): ENOENT, EACCES, ENAMETOOLONG ...
 */
int	sockpath_listen(struct sockpath *s, const char *path);

/* Close the socket and remove it from its directory. */
void	sockpath_close(struct sockpath *s);

/*
 * Return a blocking close-on-exec descriptor of a connection to the socket at
 * path; or -1 with the errno of connect(2): ENOENT, ECONNREFUSED: no process
 * listens; EPERM: the process that listens is neither this user's nor root's.
 */
int	sockpath_connect(const char *path);

/* Is the other end of the connection fd this user's or root's?  1 or 0; 1, too,
 * where the system does not report it. */
int	sockpath_trusts(int fd);

#endif
