/* os_linux_peer.c - the process at the other end of a Unix socket. */
#include "config.h"

#include <sys/socket.h>

#include "sys/os_peer.h"

int
os_peer_user(int fd, uid_t *uid)
{
	struct ucred peer;
	socklen_t size = sizeof peer;

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == -1)
		return -1;
	*uid = peer.uid;
	return 0;
}
