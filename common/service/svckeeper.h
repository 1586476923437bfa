/*
 * svckeeper.h - the keeper of a service: the file .NAME.keeper beside the
 * state file holds the handle of that process (not of its group) and is locked
 * by it.
 *
 *  1. An empty line: a keeper is just starting.  A runner writes it before it
 *     starts the keeper.
 *  2. A hyphen, or no file: there is no keeper.
 *  3. A keeper that leaves removes the file if it made it.  Otherwise it writes
 *     the hyphen: a file that is made anew at each start costs more than all
 *     that is written to it.
 */
#ifndef SVCKEEPER_H
#define SVCKEEPER_H

#include "proc/handle.h"

struct svckeeper {
	int	fd;		/* holds the lock until the process ends */
	int	made;		/* the file, by this process */
};

/*
 * Become the keeper of the service.  0, or -1 with EWOULDBLOCK: another process
 * keeps the service; or errno of open(2), flock(2) or write(2).
 * svckeeper_leave changes the file only if it is the caller's.
 */
int	svckeeper_enter(int dir, const char *name, struct svckeeper *k);
void	svckeeper_leave(int dir, const char *name, struct svckeeper *k);

/*
 * Read the handle of the keeper.  0, or -1 with ENOENT: there is none; EAGAIN:
 * it is just starting; or errno of dirfile_read or handle_parse.
 */
int	svckeeper_read(int dir, const char *name, struct handle *id);

/*
 * Call each with the name of every service in the directory that has a keeper,
 * until each returns -1.  0, or -1 with the errno of each or of open(2).
 */
int	svckeeper_each(int dir, int (*each)(const char *name, void *arg),
	    void *arg);

#endif
