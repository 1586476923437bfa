/*
 * svckeeper.h - the keeper of a service: the file .NAME.keeper beside the
 * state file holds the handle of that process (not of its group) and is locked
 * by it.
 */
#ifndef SVCKEEPER_H
#define SVCKEEPER_H

#include "proc/handle.h"

/*
 * Become the keeper of the service.  Return a descriptor that holds the lock
 * until the process ends, or -1 with EWOULDBLOCK: another process keeps the
 * service; or errno of open(2), flock(2) or write(2).  svckeeper_leave removes
 * the file if it is the caller's.
 */
int	svckeeper_enter(int dir, const char *name);
void	svckeeper_leave(int dir, const char *name);

/*
 * Read the handle of the keeper.  0, or -1 with ENOENT: there is none; EAGAIN:
 * the file is empty, as a keeper is just starting; or errno of dirfile_read or
 * handle_parse.
 */
int	svckeeper_read(int dir, const char *name, struct handle *id);

/*
 * Call each with the name of every service in the directory that has a .keeper
 * file, until each returns -1.  0, or -1 with the errno of each or of open(2).
 */
int	svckeeper_each(int dir, int (*each)(const char *name, void *arg),
	    void *arg);

#endif
