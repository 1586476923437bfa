/* execerror.h - why a program could not be executed. */
#ifndef EXECERROR_H
#define EXECERROR_H

/*
 * Return the errno that describes why execvp(3) failed with error.  path is
 * the PATH that it searched; NULL is the system's default.
 * ENOENT has two causes: the file is missing, or it is a script whose
 * interpreter is missing.  *found is 1 for the second, else 0.
 * EACCES for a file that is in no directory of PATH only means that one
 * directory could not be searched: it becomes ENOENT.
 * Safe between fork and exec.
 */
int	execerror_reason(const char *file, const char *path, int error,
	    int *found);

#define EXECERROR_TEXT	128

/*
 * Write into text what a message says of error and found, both of
 * execerror_reason, and return it.
 */
char	*execerror_text(const char *file, int error, int found,
	    char text[EXECERROR_TEXT]);

/* What a message calls the file: its name, or two quotes if that is empty. */
const char	*execerror_name(const char *file);

#endif
