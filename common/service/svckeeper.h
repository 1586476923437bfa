/*
 * svckeeper.h - who keeps a service: a handle in the file .NAME.keeper beside its
 * state, of that process alone, not of its group.
 */
#ifndef SVCKEEPER_H
#define SVCKEEPER_H

#include "proc/handle.h"

/*
 * Say that we do, until svckeeper_leave; which leaves the file of another alone.
 * A descriptor that stays open until then, or -1: EWOULDBLOCK: another process
 * keeps it; EACCES, EPERM, ENOSPC ...
 */
int	svckeeper_enter(int dir, const char *name);
void	svckeeper_leave(int dir, const char *name);

/*
 * Who does.  ENOENT: nobody; EAGAIN: there is an empty file, for one who is just
 * being started; else what is there is no such file.
 */
int	svckeeper_read(int dir, const char *name, struct handle *id);

/*
 * Call each with the name of every service in the directory that is kept, or is
 * going to be, until that returns -1.  0, or -1 and errno.
 */
int	svckeeper_each(int dir, int (*each)(const char *name, void *arg),
	    void *arg);

#endif
