/*
 * envfile.h - files of assignments NAME=value, as .env files are: read, and
 * never executed.
 *
 *  1. A line is [export ]NAME=value.  Blanks (space, tab, CR) around both do
 *     not count; nor do empty lines, lines that begin with #, what follows a
 *     blank and #, and a byte order mark.
 *  2. 'value' is literal; in "value" \n is a newline, and \ in front of ", \
 *     or $ takes their meaning away.  Nothing is expanded.
 *  3. Any other line is a fault, and told: it MUST NOT be half understood.
 */
#ifndef ENVFILE_H
#define ENVFILE_H

#include <stddef.h>

#include "textfile.h"

struct envfile {
	struct textfile	  file;
	char		**entry;	/* n of NAME=value, in file */
	size_t		  n;
};

/*
 * Read a file; fault is called for each line that is one, with the name it
 * would set, or NULL, and the reason.  Return how many there are, or -1 with
 * the errno of open(2) or read(2), EFBIG (over 16 MiB) or ENOMEM.  The caller
 * frees *f unless it is -1.
 */
int	envfile_read(struct envfile *f, const char *path,
	    void (*fault)(const char *path, int line, const char *name,
	    const char *reason));
void	envfile_free(struct envfile *f);

#endif
