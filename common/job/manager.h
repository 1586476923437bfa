/*
 * manager.h - the service manager that started this process, if it listens for
 * readiness as sd_notify(3) describes: systemd with Type=notify, or a pgspawn.
 */
#ifndef MANAGER_H
#define MANAGER_H

struct manager {
	const char	*socket;	/* of the environment, or NULL */
};

/*
 * A manager listens if NOTIFY_SOCKET is set and this is its main process: process 1,
 * or the one that SYSTEMD_EXEC_PID names (systemd 248 and later).  In any other
 * process the socket is meant for another one.
 */
void	manager_find(struct manager *m);

/*
 * Send the lines of text, such as READY=1, as one datagram, without blocking.
 * Return 0, also where no manager listens, or -1: ECONNREFUSED, ENOENT, EACCES,
 * EAGAIN, EINVAL for a socket that is neither a path nor abstract.
 */
int	manager_tell(const struct manager *m, const char *text);

#endif
