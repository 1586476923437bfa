/*
 * os_exchange.h - give two files each other's name.
 *
 * One os_<system>*.c implements this.
 */
#ifndef OS_EXCHANGE_H
#define OS_EXCHANGE_H

/*
 * Exchange the names of two files in a directory in one step.  0, or -1 with
 * ENOSYS or EINVAL: the system or the file system cannot do that; ENOENT: one
 * is missing; or the errno of renameat(2).
 */
int	os_exchange(int dir, const char *one, const char *other);

#endif
