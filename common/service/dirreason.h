/* dirreason.h - why a directory or file of records is refused, for messages. */
#ifndef DIRREASON_H
#define DIRREASON_H

/* Return the words for an errno that a function of recorddir.h has set. */
const char	*dirreason(int error);

#endif
