/*
 * session.h - the session that a group is part of.
 *
 *  1. The session is read from a living member, else from a leader that is a
 *     zombie.
 *  2. If neither exists, the leader may have led a session of its own that
 *     lives on in other groups.  No process gets the number of a session that
 *     has members.  Such a session MUST NOT count as the handle's unless the
 *     lineage of a process in it holds the handle.  A bare number counts
 *     without proof.
 *  3. Some systems do not tell the session of a zombie.  Then a session with
 *     the leader's number that has members is the one that the leader led.
 */
#ifndef SESSION_H
#define SESSION_H

#include <sys/types.h>
#include <stddef.h>

#include "group/pgwatch.h"
#include "proc/handle.h"

/*
 * Find the session of the group id, whose members are item's in the watch.
 * Return an enum handle_verdict; *session is 0 unless it is HANDLE_VERIFIED.
 * -1 and errno as proctable_list: the process table could not be read.
 */
int	session_find(const struct pgwatch *watch, size_t item,
	    const struct handle *id, pid_t *session);

#endif
