/*
 * svcname.h - a service's name and the folder it has.
 *
 * A name is 1 to 255 bytes, any but NUL and newline.  Its folder is the name
 * with every byte but A-Z a-z 0-9 _ . - as %XX, and so a `.' or `-' in front:
 * no two names share a folder, none is hidden, an option, or leads elsewhere.
 */
#ifndef SVCNAME_H
#define SVCNAME_H

#define SVCNAME_SIZE	256	/* bytes that hold any of both and its NUL */

/* EINVAL: no name can be that; ENAMETOOLONG: its folder's would be longer. */
int	svcname_encode(const char *name, char folder[SVCNAME_SIZE]);

/* EINVAL: no name has such a folder. */
int	svcname_decode(const char *folder, char name[SVCNAME_SIZE]);

#endif
