/*
 * os_peer.h - the process at the other end of a connected Unix socket.
 *
 * Each os_<system>.c implements this.
 */
#ifndef OS_PEER_H
#define OS_PEER_H

#include <sys/types.h>

/*
 * *uid becomes the effective user who connected the socket, or who listens on
 * it.  0, or -1 with ENOSYS: the system does not report that; or the errno of
 * getsockopt(2).
 */
int	os_peer_user(int fd, uid_t *uid);

#endif
