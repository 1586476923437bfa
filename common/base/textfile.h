/* textfile.h - a text file, read whole and cut into lines. */
#ifndef TEXTFILE_H
#define TEXTFILE_H

#include <stddef.h>

struct textfile {
	char	*text;		/* the whole file; lines are cut in place */
	char	*next, *end;	/* the part that was not taken yet */
	int	 line;		/* number of the last line taken, from 1 */
	int	 has_nul;	/* the file has one, somewhere */
};

/*
 * Read a regular file, or /dev/null, and skip a byte order mark.  The call
 * never blocks.  0, or -1 with the errno of open(2) or read(2), EFBIG (over
 * 16 MiB), ESPIPE (a FIFO, a device or a socket), EILSEQ (UTF-16) or ENOMEM.
 * After 0 the caller frees *f.
 */
int	textfile_read(struct textfile *f, const char *path);

/* Return the words for an errno of textfile_read, for a message. */
const char	*textfile_reason(int error);

/*
 * Turn each CR and each CR LF into a newline.  Call this before the first
 * textfile_line.
 */
void	textfile_unify_ends(struct textfile *f);

/* Return how many lines are left; the last may lack its newline. */
size_t	textfile_lines(const struct textfile *f);

/*
 * Take the next line; return it without its newline, or NULL at the end of the
 * file.  *whole becomes 0 if the line holds a NUL and so looks shorter, else 1.
 */
char	*textfile_line(struct textfile *f, int *whole);

/*
 * Make the last line taken longer.  textfile_uncut puts its newline back;
 * textfile_cut must follow, and ends it at the end of the line that p points
 * into, which may be the same line.
 */
void	textfile_uncut(struct textfile *f);
void	textfile_cut(struct textfile *f, char *p);
void	textfile_free(struct textfile *f);

#define TEXTFILE_BLANK	" \t\r"

/* Is c one of these?  1 or 0; a NUL is not. */
int	textfile_blank(char c);

/* Return s behind its leading blanks. */
char	*textfile_skip(char *s);

/* Cut off the blanks at the end of s; return s behind the leading ones. */
char	*textfile_trim(char *s);

#endif
