/*
 * logfile.h - a regular file to which the output of a command is appended: with
 * the time in front of each line, and cut into several files, if that is
 * wanted.
 *
 *  1. Before each write the file at the path is compared with the open one.  If
 *     it is another one, or none, it is opened anew: so a file that was moved
 *     away does not get any more.
 *  2. If a line would make the file larger than the limit, the file is renamed
 *     to path~1 before, path~1 to path~2, and so on; a line is never cut.
 *  3. Several processes may append to one file.  One of them renames it, under
 *     an fcntl(2) lock; the others find a new file (rule 1).
 */
#ifndef LOGFILE_H
#define LOGFILE_H

#include <stddef.h>

#include "base/deadline.h"
#include "io/label.h"

struct logfile_options {
	const char	*path;
	int		 fd;		/* the file, open for appending */
	const char	*stamp;		/* for strftime(3), or NULL */
	long long	 size;		/* the limit in bytes; 0: none */
	int		 files;		/* old ones to keep */
};

struct logfile {
	int		 fd, dir;	/* dir is -1: never opened anew */
	const char	*name;		/* in dir */
	char		*from, *to;	/* room for the names of old files */
	long long	 limit;
	int		 files;
	struct label	 stamp;		/* of length 0: none */
	char		*room;		/* for the stamp */
	int		 is_inside;	/* the last byte was no newline */
	long long	 size;		/* of the file */
	struct deadline	 retry;		/* before that no rename is tried */
	size_t		 len;		/* of the batch */
	char		*batch;		/* lines with their stamps */
};

/*
 * Fill in *l, which then owns fd.  The path must stay, and is relative to the
 * present directory, which may change later.  0, or -1 with ENOMEM, or, with a
 * limit, the errno of open(2) for the directory.
 */
int	logfile_open(struct logfile *l, const struct logfile_options *o);

/* Append n bytes.  0, or -1 with the errno of write(2): ENOSPC ... */
int	logfile_write(struct logfile *l, const char *p, size_t n);

/*
 * Append a line of its own, with the time by the strftime(3) conversions in
 * text.  Errors as logfile_write, or ENOMEM.
 */
int	logfile_mark(struct logfile *l, const char *text);

/* Close the file, and free all but *l itself. */
void	logfile_close(struct logfile *l);

#endif
