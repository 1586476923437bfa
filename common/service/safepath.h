/*
 * safepath.h - the path of a directory that no other user can replace or turn
 * elsewhere.
 *
 *  1. A symbolic link above the directory MUST belong to our own user, to root,
 *     or to the owner of /, who is root where a user namespace has none.
 *  2. A directory MUST be made only in a folder of our own user or root, which
 *     no other user may write to, unless it is sticky.
 */
#ifndef SAFEPATH_H
#define SAFEPATH_H

#include <limits.h>

/*
 * Copy path without a slash or /. at its end: they would follow a link.  0, or
 * -1 with ELOOP (rule 1), ENOENT (it is empty) or ENAMETOOLONG.
 */
int	safepath_plain(char plain[PATH_MAX], const char *path);

/*
 * Make the directory and all missing folders above it, as mkdir -p does, each
 * with mode 0700.  0, or -1 with EXDEV (rule 2) or errno of stat(2) or
 * mkdir(2).  path is restored.
 */
int	safepath_make(char *path);

/* May safepath_make make the first missing folder?  0, or -1 as there. */
int	safepath_check(char *path);

#endif
