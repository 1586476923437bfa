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
	char		*format;	/* in the caller's memory, with room
					 * for the text behind it */
};

/* Return how many bytes of memory a label of that format needs. */
size_t	label_room(const char *format);

/* Set up *l in the caller's memory at room, label_room(format) bytes. */
void	label_open(struct label *l, const char *format, char *room);

/*
 * Bring the text up to date.  Without conversions this costs nothing.  If the
 * conversions cannot be filled in, the text is the format itself.
 */
void	label_update(struct label *l);

#endif
