/*
 * session.h - the session that a group is part of.
 *
 *  1. Any living member tells it, or else the leader if it is a zombie.
 *  2. Where both are gone it may have been the session of that very leader, and
 *     live on in other groups.  No process gets that number while they live, so
 *     this is judged as a group without a leader is (handle.h): it MUST NOT be
 *     taken for the handle's unless the lineage of somebody in it holds that.
 *     A bare number is taken as it stands.
 *  3. A zombie may not tell.  Then the session of its number, if anybody is in
 *     that, is the one that it led: no process gets the number of another's.
 */
#ifndef SESSION_H
#define SESSION_H

#include <sys/types.h>
#include <stddef.h>

#include "group/pgwatch.h"
#include "proc/handle.h"

/*
 * The session of the group id, whose members item of the watch has: an
 * enum handle_verdict, and *session is 0 unless it is HANDLE_VERIFIED.  -1 and
 * errno: the process table could not be read.
 */
int	session_find(const struct pgwatch *watch, size_t item,
	    const struct handle *id, pid_t *session);

#endif
