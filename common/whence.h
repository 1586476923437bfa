/* whence.h - is there such a program, executable or not? */
#ifndef WHENCE_H
#define WHENCE_H

/*
 * Is there a file that execvp(3) would have tried, with that PATH?  NULL is
 * the system's.  execvp says ENOENT of a script whose interpreter is missing
 * as it does of a missing file.  1 or 0.  Safe between fork and exec.
 */
int	whence(const char *file, const char *path);

#endif
