/*
 * svcname.h - the name of a service, and the name of its folder.
 *
 * A service's name is 1 to 255 bytes, any but NUL and newline.  The folder's
 * name is the same with each byte other than A-Z a-z 0-9 _ . - written as %XX;
 * a leading `.' or `-' is written so too.  So no two services share a folder,
 * and no folder is hidden, looks like an option, or leads elsewhere.
 */
#ifndef SVCNAME_H
#define SVCNAME_H

#define SVCNAME_SIZE	256	/* bytes that hold either name and its NUL */

/*
 * Write the folder's name.  0, or -1 with EINVAL: name is empty or holds a
 * newline; ENAMETOOLONG: the folder's name has more than 255 bytes.
 */
int	svcname_encode(const char *name, char folder[SVCNAME_SIZE]);

/* Write the service's name.  0, or -1 with EINVAL: no service has folder. */
int	svcname_decode(const char *folder, char name[SVCNAME_SIZE]);

#endif
