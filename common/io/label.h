/*
 * label.h - the text in front of each line.  Its strftime(3) conversions are
 * filled in with the local time.
 */
#ifndef LABEL_H
#define LABEL_H

#include <stddef.h>
#include <time.h>

struct label {
	const char	*text;		/* the label, len bytes */
	size_t		 len, max;	/* len is never more than max */
	time_t		 second;	/* time of the text; -1: it has no
					 * conversions */
	char		*format;	/* malloc'ed, with room for the text */
};

/* Set up *l with that format.  0, or -1 with ENOMEM. */
int	label_open(struct label *l, const char *format);
void	label_free(struct label *l);

/*
 * Bring the text up to date.  Without conversions this costs nothing.  If the
 * conversions cannot be filled in, the text is the format itself.
 */
void	label_update(struct label *l);

#endif
