/* textfile.h - a file of lines that somebody wrote, read whole. */
#ifndef TEXTFILE_H
#define TEXTFILE_H

#include <stddef.h>

struct textfile {
	char	*text;		/* lines are cut out of it in place */
	char	*next, *end;	/* what is still to come */
	size_t	 lines;		/* there are, the last one without newline too */
	int	 line;		/* number of the last one taken, from 1 */
};

/*
 * Read a regular file, or /dev/null, without its byte order mark; it never blocks.
 * The errno of open(2) or read(2), EFBIG (over 16 MiB), ESPIPE (a FIFO, a device or
 * a socket), EILSEQ (UTF-16) or ENOMEM; the caller frees *f unless it is -1.
 */
int	textfile_read(struct textfile *f, const char *path);

/* What such an errno says of a file. */
const char	*textfile_reason(int error);

/* Have each CR and each CR LF be a newline; before the first line is taken. */
void	textfile_unify_ends(struct textfile *f);

/*
 * The next line, without its newline, or NULL at the end of the file.  *whole is
 * whether that is all of it: 0 if there is a NUL in it.
 */
char	*textfile_line(struct textfile *f, int *whole);

/*
 * Let the line that was taken last go on: its newline is back, and what follows
 * has to be cut at the end of the line that p is in, which may be the same.
 */
void	textfile_uncut(struct textfile *f);
void	textfile_cut(struct textfile *f, char *p);
void	textfile_free(struct textfile *f);

#define TEXTFILE_BLANK	" \t\r"

int	textfile_blank(char c);

/* Cut off the blanks at the end of s, and step over those in front. */
char	*textfile_trim(char *s);

#endif
