#include "config.h"

#include <sys/socket.h>
#include <sys/types.h>

#include <netinet/in.h>

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/fdio.h"
#include "job/portcheck.h"

#define PATIENCE	10	/* ms */

/* On Linux connect(2) may return EINPROGRESS, also on loopback. */
static int
is_connected(int fd)
{
	struct pollfd pfd = { .fd = fd, .events = POLLOUT };
	socklen_t len = sizeof(int);
	int error = 0;

	return poll(&pfd, 1, PATIENCE) == 1 &&
	    getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) == 0 &&
	    error == 0;
}

static int
connects(const struct sockaddr *address, socklen_t len)
{
	int fd = socket(address->sa_family, SOCK_STREAM, 0), yes;

	if (fd == -1)
		return 0;
	fcntl(fd, F_SETFD, FD_CLOEXEC);
	yes = fdio_nonblock(fd) == 0 && (connect(fd, address, len) == 0 ||
	    (errno == EINPROGRESS && is_connected(fd)));
	close(fd);
	return yes;
}

int
portcheck_tcp(int port)
{
	struct sockaddr_in four;
	struct sockaddr_in6 six;

	memset(&four, 0, sizeof four);
	four.sin_family = AF_INET;
	four.sin_port = htons((in_port_t)port);
	four.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	memset(&six, 0, sizeof six);
	six.sin6_family = AF_INET6;
	six.sin6_port = four.sin_port;
	six.sin6_addr = in6addr_loopback;
	return connects((struct sockaddr *)&four, sizeof four) ||
	    connects((struct sockaddr *)&six, sizeof six);
}
