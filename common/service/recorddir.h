/*
 * recorddir.h - the folders that records live in, and the lock of each.
 *
 * DIR holds one folder per service; the folder holds `record', `pid' and
 * `lock'.
 *
 *  1. A folder or file that another user owns, or that group or others may
 *     write, MUST be refused (EPERM).  So MUST a file that is not regular or
 *     has a second link.
 *  2. A symbolic link MUST NOT be followed (ELOOP), not even DIR.  Below DIR
 *     every name is opened relative to the descriptor of its folder.  Above
 *     DIR a link is followed if our own user or root made it.
 *  3. The locked file MUST be the one that is called `lock' now: a process may
 *     remove the folder with its lock while others wait for the lock.
 *  4. The lock MUST NOT be inherited.
 */
#ifndef RECORDDIR_H
#define RECORDDIR_H

#include <sys/types.h>
#include <stddef.h>

#include "proc/handle.h"

/*
 * Open DIR.  With create, make DIR and the missing folders above it; our own
 * user or root must own the folder that is there.  Return a close-on-exec
 * descriptor, or -1 with ENOENT, ELOOP, ENOTDIR, EACCES, EXDEV (another user
 * could replace DIR), an errno of recorddir_check, or another of open(2) or
 * mkdir(2).
 */
int	recorddir_open(const char *path, int create);

/*
 * May recorddir_open make this directory, which is missing?  0, or -1 with
 * errno as there.  Nothing is made.
 */
int	recorddir_may_make(const char *path);

/* As recorddir_open, for the folder called folder in dir. */
int	recorddir_folder(int dir, const char *folder, int create);

/*
 * Is fd of that type (S_IFREG or S_IFDIR) and safe by rule 1?  0, or -1 with
 * ESPIPE (another type), EPERM (another user owns it), ETXTBSY (group or others
 * may write to it), EMLINK (a file with several names), or errno of fstat(2).
 * For recorddir_check_of, owner may own it, too.
 */
int	recorddir_check(int fd, mode_t type);
int	recorddir_check_of(int fd, mode_t type, uid_t owner);

/*
 * Take the lock of a service, without waiting.  Return its descriptor; closing
 * that gives the lock back.  *fd becomes a descriptor of the folder, for the
 * caller to close.  -1 with EWOULDBLOCK: another process has the lock; ENOENT:
 * there is no folder or no lock, and create is not set; else as
 * recorddir_open.
 */
int	recorddir_lock(int dir, const char *folder, int create, int *fd);

/*
 * Write the handle of the lock's holder into the lock file, or read it.  The
 * handle that is read may be of an earlier holder.  The file is not cut: ext4
 * writes a file that was cut to the disk when it is closed.  0, or -1 with
 * errno of open(2), read(2), dirfile_rewrite or handle_parse.
 */
int	recorddir_write_holder(int lock, const struct handle *id);
int	recorddir_read_holder(int dir, const char *folder, struct handle *id);

/*
 * Remove the lock file, whose lock the caller holds, and the folder if it is
 * empty then.  fd is the folder's descriptor.  0, or -1 with errno of unlink(2)
 * or rmdir(2).
 */
int	recorddir_remove(int dir, const char *folder, int fd);

#endif
