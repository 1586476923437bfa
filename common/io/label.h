/*
 * label.h - the text in front of each line, its strftime(3) conversions
 * filled in with local time.
 */
#ifndef LABEL_H
#define LABEL_H

#include <stddef.h>
#include <time.h>

struct label {
	const char	*text;		/* len bytes */
	size_t		 len, max;	/* len is never more than max */
	time_t		 second;	/* of the text; -1 it never changes */
	char		*format;	/* with room for the text */
};

/* Make *l of format, with so many bytes of the caller's. */
size_t	label_room(const char *format);
void	label_open(struct label *l, const char *format, char *room);

/*
 * Bring the text up to date.  One that has no conversions costs nothing, one
 * that cannot be filled in is the format as it stands.
 */
void	label_update(struct label *l);

#endif
