#include "config.h"

#include <sys/types.h>

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "proc/envblock.h"
#include "scan/orphan.h"
#include "base/parse.h"
#include "service/record.h"

enum sight { GONE, HIDDEN, UNMARKED, MARKED };

/* A pgspawn is not kept: is_from_below needs its environment in o->env. */
static void
remember(struct orphan_seen *seen, const struct procinfo *info, int marked)
{
	if (strcmp(info->name, "pgspawn") == 0)
		return;
	seen->info = *info;
	seen->marked = marked;
}

/*
 * Look at a relative: fill in *info, and, if it is pgspawn, its environment in
 * o->env.  If /proc hides the processes of other users, kill(2) still tells
 * that one exists.
 */
static enum sight
look(struct orphan *o, pid_t pid, struct procinfo *info)
{
	struct orphan_seen *seen = &o->seen[pid % ORPHAN_SEEN];
	int marked;

	if (seen->info.pid == pid) {
		*info = seen->info;
		return seen->marked ? MARKED : UNMARKED;
	}
	o->env.len = 0;
	memset(info, 0, sizeof *info);
	info->pid = pid;
	if (proctable_info(pid, info) == -1)
		return errno == ESRCH && kill(pid, 0) == -1 &&
		    errno == ESRCH ? GONE : HIDDEN;
	if (info->state == PROC_DEAD)
		return GONE;
	if (proctable_environ(pid, &o->env) == -1)
		return errno == ESRCH ? GONE : HIDDEN;
	marked = marker_match_all(o->marker, o->nmarkers, o->env.block,
	    o->env.len, NULL);
	remember(seen, info, marked);
	return marked ? MARKED : UNMARKED;
}

/*
 * Rule 2a.  All sessions whose leaders are outside this PID namespace have the
 * number 0, so they count as one.
 */
static int
was_in_session(const struct procinfo *parent, const struct procinfo *child)
{
	return child->sid == child->pid || parent->sid == child->sid ||
	    parent->sid == parent->pid;
}

/* The first handle in the lineage of o->child that is not in that of o->env. */
static int
first_below(const struct orphan *o, struct handle *id)
{
	size_t pos = 0, len;
	const char *p = envblock_next(o->child.block, o->child.len,
	    HANDLE_ENV, &pos, &len), *end;

	if (p == NULL)
		return 0;
	for (end = p + len; handle_next(&p, end, id); )
		if (!handle_in_lineage(id, o->env.block, o->env.len))
			return 1;
	return 0;
}

/* Rule 2b; o->env is the environment of the pgspawn. */
static int
is_from_below(struct orphan *o, pid_t child)
{
	struct procinfo command;
	struct handle id;
	int ref, lives;

	if (proctable_environ(child, &o->child) == -1 ||
	    !first_below(o, &id) || id.pid == child)
		return 0;
	lives = handle_verify(&id, o->table, &ref) == HANDLE_VERIFIED &&
	    ref != -1;
	if (ref != -1)
		close(ref);
	return lives && look(o, id.pid, &command) == UNMARKED;
}

/*
 * Rule 2c: the value of SYSTEMD_EXEC_PID, the process that systemd executed; 0
 * without the variable.  Descendants inherit it.  systemd before 248 does not
 * set it.
 */
static uint64_t
executed_by_systemd(struct orphan *o, pid_t child)
{
	size_t pos = 0, len;
	const char *value;
	uint64_t pid;

	if (proctable_environ(child, &o->child) == -1)
		return 0;
	value = envblock_next(o->child.block, o->child.len,
	    "SYSTEMD_EXEC_PID", &pos, &len);
	if (value == NULL || parse_number(value, len, INT_MAX, &pid) == -1)
		return 0;
	return pid;
}

/* Rule 2.  A process 1 that we may not look at may be systemd. */
static int
is_adopted(struct orphan *o, const struct procinfo *child,
    const struct procinfo *parent)
{
	if (strcmp(parent->name, "pgspawn") == 0)
		return is_from_below(o, child->pid);
	if ((strcmp(parent->name, "systemd") == 0 && parent->ppid <= 1) ||
	    (parent->name[0] == '\0' && parent->pid == 1)) {
		uint64_t pid = executed_by_systemd(o, child->pid);

		return pid == 0 ? parent->pid == 1 :
		    pid != (uint64_t)child->pid;
	}
	return parent->pid == 1 || !was_in_session(parent, child);
}

/*
 * Read *info again; ESRCH if the process is gone or the PID is another's now.
 */
static int
read_again(struct procinfo *info)
{
	struct procinfo now;

	if (proctable_info(info->pid, &now) == -1 || now.start != info->start ||
	    now.state == PROC_DEAD)
		return errno = ESRCH, -1;
	*info = now;
	return 0;
}

/*
 * Rules 1 and 5.  A parent that seems gone twice, while its child still names
 * it, is not gone: it cannot be seen.
 */
static int
is_kept_by_parent(struct orphan *o, struct procinfo *info)
{
	struct procinfo child = *info, parent;
	pid_t lost = 0;

	while (child.ppid != 0) {
		switch (look(o, child.ppid, &parent)) {
		case MARKED:
			child = parent;
			break;
		case HIDDEN:
			if (parent.pid != 1)
				return 1;
			/* FALLTHROUGH */
		case UNMARKED:
			return !is_adopted(o, &child, &parent);
		case GONE:
			if (child.ppid == lost)
				return 1;
			lost = child.ppid;
			if (read_again(info) == -1)
				return -1;
			child = *info;
			break;
		}
	}
	return 1;
}

/* Rule 3. */
static int
is_kept_by_group(struct orphan *o, const struct procinfo *info)
{
	struct procinfo leader;

	if (info->pgid == 0 || info->pgid == getpgrp())
		return 1;
	if (info->pgid == info->pid)
		return 0;
	switch (look(o, info->pgid, &leader)) {
	case GONE:
		return 0;
	case MARKED:
		return is_kept_by_parent(o, &leader) == 1;
	default:
		return 1;
	}
}

/* Rule 4.  -1 with errno: there may be a record, but it cannot be read now. */
static int
is_recorded(const char *path, pid_t pid, const struct handle *group)
{
	struct record r;
	uid_t owner;

	if (path == NULL || path[0] != '/')
		return 0;
	if (proctable_owner(pid, &owner) == -1 ||
	    record_load(path, owner, &r) == -1)
		switch (errno) {
		case EIO:
		case EMFILE:
		case ENFILE:
		case ENOMEM:
			return -1;
		default:
			return 0;
		}
	switch (record_current(&r)) {
	case -1:
		return -1;
	case 0:
		return 0;
	}
	return r.pgid == group->pid &&
	    (group->kind != HANDLE_KEYED || handle_equal(&r.id, group));
}

int
orphan_state(struct orphan *o, struct procinfo *info,
    const struct handle *group, const char *record)
{
	int kept = is_kept_by_parent(o, info);

	if (kept == 0)
		kept = is_kept_by_group(o, info);
	if (kept != 0)
		return kept == -1 ? -1 : ORPHAN_SUPERVISED;
	switch (is_recorded(record, info->pid, group)) {
	case -1:
		return -1;
	case 0:
		return ORPHAN_ALONE;
	default:
		return ORPHAN_TRACKED;
	}
}

void
orphan_free(struct orphan *o)
{
	proctable_environ_free(&o->env);
	proctable_environ_free(&o->child);
}
