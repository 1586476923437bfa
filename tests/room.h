/*
 * room.h - memory runs out: a fake call that needs some asks lacks_memory first.
 */
#ifndef ROOM_H
#define ROOM_H

#include <errno.h>

static int	room = -1;	/* how many calls still get some; -1: all */

/* Is there no memory left?  1 with ENOMEM, or 0. */
static int
lacks_memory(void)
{
	if (room == -1 || room-- > 0)
		return 0;
	room = 0;
	errno = ENOMEM;
	return 1;
}

#endif
