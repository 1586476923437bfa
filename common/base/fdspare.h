/*
 * fdspare.h - descriptors that are held back for later: what has to be opened
 * then can be opened, even at the limit of open files.
 */
#ifndef FDSPARE_H
#define FDSPARE_H

#define FDSPARE_MAX	8

/* All zero holds none. */
struct fdspare {
	int	fd[FDSPARE_MAX];
	int	n;
};

/*
 * Hold back n more descriptors, up to FDSPARE_MAX in all; descriptor 0 is open.
 * They are close-on-exec.  Return 0, or -1 with EMFILE or ENFILE; the caller
 * gives back those that are held.
 */
int	fdspare_hold(struct fdspare *spare, int n);

/* Give back n descriptors, or all if there are fewer. */
void	fdspare_give(struct fdspare *spare, int n);

#endif
