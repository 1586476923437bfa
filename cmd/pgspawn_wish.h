/*
 * pgspawn_wish.h - pgspawn -W: tell the keepers of services, each a pgspawn -S, what
 * somebody wants, and wait for that.
 */
#ifndef PGSPAWN_WISH_H
#define PGSPAWN_WISH_H

#include "pgspawn_options.h"

/* The word of -W. */
void	take_wish(const char *word, struct options *o);

/*
 * Do so for the services that are the operands, or for all that have a keeper;
 * return the status: 0; 1 if one waits for one that has failed, or whoever could do
 * what is wanted is dead.
 */
int	wish_services(struct options *o);

#endif
