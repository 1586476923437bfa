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
 * Read a file, without its byte order mark.  The errno of open(2) or read(2),
 * EFBIG (over 16 MiB) or ENOMEM; the caller frees *f unless it is -1.
 */
int	textfile_read(struct textfile *f, const char *path);

/*
 * The next line, without its newline, or NULL at the end of the file.  *whole is
 * whether that is all of it: 0 if there is a NUL in it.
 */
char	*textfile_line(struct textfile *f, int *whole);
void	textfile_free(struct textfile *f);

#define TEXTFILE_BLANK	" \t\r"

int	textfile_blank(char c);

/* Cut off the blanks at the end of s, and step over those in front. */
char	*textfile_trim(char *s);

#endif
