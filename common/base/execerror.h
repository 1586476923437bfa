/* whence.h - why a program could not be executed. */
#ifndef EXECERROR_H
#define EXECERROR_H

/*
 * Why execvp(3) failed, which said error and searched that PATH (NULL: the
 * system's).  It says ENOENT of a script whose interpreter is missing as it
 * does of a missing file: *found tells them apart.  And it says EACCES of a
 * file that is in no folder if one of these cannot be searched: that is
 * ENOENT.  Safe between fork and exec.
 */
int	execerror_reason(const char *file, const char *path, int error,
	    int *found);

#endif
