/*
 * envfile.h - .env files: lines NAME=value, which are read and never executed.
 *
 *  1. A line is [export ]NAME=value and ends with LF, CR LF or CR.  A name is
 *     made of letters, digits, _ and dots, and begins with a letter or _.
 *     Ignored are blanks (space, tab) around the name and the value, empty
 *     lines, lines that begin with #, a blank and # with all that follows, and
 *     a byte order mark.
 *  2. 'value' is literal.  In "value", \n is a newline, and \", \\ and \$ are
 *     the characters ", \ and $.  Both kinds may extend over several lines.
 *     Several of them may follow each other without a blank, also with \', \"
 *     and \\ between them: 'it'\''s'.  Nothing is expanded.
 *     A value that begins with # is empty; that is reported, and so is the
 *     first ${ outside of '' in a file.
 *  3. Any other line is a fault: it is reported and skipped, and no part of it
 *     MUST be used.  Quotes that are never closed, or are followed by more of
 *     a word, are a fault of the line that opens them; reading goes on with the
 *     next line.
 */
#ifndef ENVFILE_H
#define ENVFILE_H

#include <stddef.h>

#include "base/textfile.h"

struct envfile {
	struct textfile	  file;
	char		**entry;	/* n entries NAME=value, in file.text */
	size_t		  n;
};

/*
 * Read a file.  Call fault for each faulty or surprising line, with the name
 * that the line would set, or NULL, and the reason.  Return the number of these
 * calls, or -1 with the errno of textfile_read or ENOMEM.  Unless it is -1 the caller frees *f.
 */
int	envfile_read(struct envfile *f, const char *path,
	    void (*fault)(const char *path, int line, const char *name,
	    const char *reason));
void	envfile_free(struct envfile *f);

#endif
