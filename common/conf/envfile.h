/*
 * envfile.h - files of assignments NAME=value, as .env files are: read, and
 * never executed.
 *
 *  1. A line is [export ]NAME=value and ends with LF, CR LF or CR.  A name is made
 *     of letters, digits, _ and dots, and begins with a letter or _.  Blanks (space,
 *     tab) around both do not count; nor do empty lines, lines that begin with #,
 *     what follows a blank and #, and a byte order mark.
 *  2. 'value' is literal; in "value" \n is a newline, and \ in front of ", \
 *     or $ takes their meaning away.  Both may go on over several lines, and
 *     several of them may follow each other without a blank, with \', \" and \\
 *     between: 'it'\''s'.  Nothing is expanded.
 *  3. Any other line is a fault: it is told, skipped, and MUST NOT be half
 *     understood.  Quotes that are not closed, or closed in the middle of a word,
 *     are a fault of the line that opens them; the next line counts by itself.
 */
#ifndef ENVFILE_H
#define ENVFILE_H

#include <stddef.h>

#include "base/textfile.h"

struct envfile {
	struct textfile	  file;
	char		**entry;	/* n of NAME=value, in file */
	size_t		  n;
};

/*
 * Read a file; fault is called for each line that is one, with the name it
 * would set, or NULL, and the reason.  Return how many there are, or -1 with
 * the errno of textfile_read, or ENOMEM.  The caller frees *f unless it is -1.
 */
int	envfile_read(struct envfile *f, const char *path,
	    void (*fault)(const char *path, int line, const char *name,
	    const char *reason));
void	envfile_free(struct envfile *f);

#endif
