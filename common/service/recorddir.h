/*
 * recorddir.h - the folders that records live in, and the lock of each.
 *
 * DIR holds one folder per service, and that `record', `pid' and `lock'.
 *
 *  1. A folder or file that somebody else owns, or that group or others may
 *     write, MUST be refused (EPERM), and so a file that is not a regular one
 *     or has a second name.
 *  2. A symbolic link MUST NOT be followed (ELOOP), DIR itself included;
 *     below DIR every name is taken from a descriptor.
 *  3. Who holds the lock MUST hold the file that is called so now: a folder
 *     is forgotten with its lock, while others may wait for it.
 *  4. The lock MUST NOT be inherited.
 */
#ifndef RECORDDIR_H
#define RECORDDIR_H

#include <sys/types.h>
#include <stddef.h>

#include "proc/handle.h"

/*
 * Where records live if the user did not say so: a malloc'ed path.
 * $XDG_RUNTIME_DIR/procgroup, /run/procgroup for root, else
 * ~/.local/state/procgroup.  ENOENT: there is no home; ENOMEM.
 */
char	*recorddir_default(void);

/*
 * Open DIR; if create is set, make it and the folders above it where they are
 * missing and the one that is there is ours or root's.  A close-on-exec
 * descriptor, or -1: ENOENT, EPERM, ELOOP, ENOTDIR, EACCES, or another errno of
 * open(2) or mkdir(2).
 */
int	recorddir_open(const char *path, int create);

/* The same for the folder called folder in dir. */
int	recorddir_folder(int dir, const char *folder, int create);

/*
 * The absolute path, malloc'ed, of the file called name in that folder of
 * DIR.  ENOMEM, or errno of realpath(3).
 */
char	*recorddir_path(const char *path, const char *folder,
	    const char *name);

/*
 * Is fd of that type (S_IFREG or S_IFDIR) and safe by rule 1?  0, or EPERM.
 * With check_of, that owner is nobody else either.
 */
int	recorddir_check(int fd, mode_t type);
int	recorddir_check_of(int fd, mode_t type, uid_t owner);

/*
 * Take a service's lock without waiting for it.  Return its descriptor, whose
 * close gives it back, and the folder's in *fd, to be closed.  EWOULDBLOCK:
 * somebody else has it; ENOENT: no such folder or lock and create is not set;
 * else as recorddir_open.
 */
int	recorddir_lock(int dir, const char *folder, int create, int *fd);

/*
 * The holder of a lock tells who it is, and is found by it: what stands there
 * may be from an earlier holder.  0, or -1.
 */
int	recorddir_sign(int lock, const struct handle *id);
int	recorddir_signed(int dir, const char *folder, struct handle *id);

/*
 * Remove the lock, which the caller holds, and the folder if nothing else is
 * in it.
 */
void	recorddir_remove(int dir, const char *folder, int fd);

#endif
