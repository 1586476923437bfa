/*
 * manager.h - the service manager that started this process, if it listens for
 * readiness as sd_notify(3) describes: systemd with Type=notify, or a pgspawn.
 */
#ifndef MANAGER_H
#define MANAGER_H

struct manager {
	char	*socket;	/* the value of NOTIFY_SOCKET, or NULL */
};

/*
 * Take NOTIFY_SOCKET out of the environment, so that the command does not speak
 * for this process.  Return 0, or -1 with ENOMEM.
 */
int	manager_take(struct manager *m);

/*
 * Send the lines of text, such as READY=1, as one datagram, without blocking.
 * Return 0, also where no manager listens, or -1: ECONNREFUSED, ENOENT, EACCES,
 * EAGAIN, EINVAL for a socket that is neither a path nor abstract.
 */
int	manager_tell(const struct manager *m, const char *text);

void	manager_free(struct manager *m);

#endif
