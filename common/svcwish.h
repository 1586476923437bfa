/*
 * svcwish.h - what somebody wants of a service: a word, to which the symbolic link
 * .NAME.want beside its state points, for that needs no room on a disk.  Whoever
 * keeps the service removes it, which MUST happen only when the state tells of what
 * came of it.
 */
#ifndef SVCWISH_H
#define SVCWISH_H

enum svcwish {
	SVCWISH_NOTHING,
	SVCWISH_START,
	SVCWISH_STOP,
	SVCWISH_RESTART
};

/* EINVAL: no such word. */
int	svcwish_parse(enum svcwish *wish, const char *word);

/* What is wanted of the service of that name, in a directory. */
enum svcwish	svcwish_read(int dir, const char *name);

/* EACCES, ENOSPC ... */
int	svcwish_write(int dir, const char *name, enum svcwish wish);
void	svcwish_remove(int dir, const char *name);

#endif
