#include "config.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fdio.h"
#include "job/manager.h"
#include "job/notify.h"

static int
is_main_process(void)
{
	const char *main_pid = getenv("SYSTEMD_EXEC_PID");
	char own[24];

	snprintf(own, sizeof own, "%ld", (long)getpid());
	return getpid() == 1 ||
	    (main_pid != NULL && strcmp(main_pid, own) == 0);
}

void
manager_find(struct manager *m)
{
	m->socket = is_main_process() ? getenv(NOTIFY_ENV) : NULL;
}

/* An address that begins with @ is abstract: its first byte is NUL. */
static int
address(const char *name, struct sockaddr_un *sun, socklen_t *len)
{
	size_t n = strlen(name);

	memset(sun, 0, sizeof *sun);
	sun->sun_family = AF_UNIX;
	if ((name[0] != '/' && name[0] != '@') || n >= sizeof sun->sun_path)
		return errno = EINVAL, -1;
	memcpy(sun->sun_path, name, n + 1);
	*len = sizeof *sun;
	if (name[0] == '@') {
		sun->sun_path[0] = '\0';
		*len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n);
	}
	return 0;
}

int
manager_tell(const struct manager *m, const char *text)
{
	struct sockaddr_un sun;
	socklen_t len;
	ssize_t n = -1;
	int fd, saved;

	if (m->socket == NULL)
		return 0;
	if (address(m->socket, &sun, &len) == -1)
		return -1;
	fd = socket(AF_UNIX, SOCK_DGRAM, 0);
	if (fd == -1)
		return -1;
	if (fdio_nonblock(fd) == 0)
		n = sendto(fd, text, strlen(text), 0,
		    (const struct sockaddr *)&sun, len);
	saved = errno;
	close(fd);
	return errno = saved, n == -1 ? -1 : 0;
}
