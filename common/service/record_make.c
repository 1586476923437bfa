#include "config.h"

#include <sys/types.h>

#include <errno.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "service/record_make.h"
#include "proc/proctable.h"

static int
fill(struct record *r, pid_t sid, uid_t uid, char *const *command)
{
	r->pgid = r->id.pid;
	r->sid = sid < 0 ? 0 : sid;
	r->uid = uid;
	r->started = (long long)time(NULL);
	record_command(r, command);
	return handle_scope(&r->scope);
}

int
record_make_self(struct record *r, char *const *command)
{
	memset(r, 0, sizeof *r);
	if (handle_own(&r->id) == -1)
		return -1;
	return fill(r, getsid(0), geteuid(), command);
}

/* The leader; if it is reaped, any other member; without one all zero. */
static void
find_member(pid_t pgid, const struct proctable *table, struct procinfo *info)
{
	size_t i;

	if (proctable_info(pgid, info) == 0)
		return;
	for (i = 0; i < table->n; i++)
		if (table->row[i].pgid == pgid &&
		    proctable_info(table->row[i].pid, info) == 0)
			return;
	memset(info, 0, sizeof *info);
}

enum service_state
record_make_group(struct record *r, const struct handle *target)
{
	struct proctable table = { 0 };
	int listed = proctable_read(&table) == 0, scoped;
	char *command[2] = { NULL, NULL };
	enum service_state state;
	struct procinfo info;
	struct handle own;
	uid_t owner;

	memset(r, 0, sizeof *r);
	r->id = *target;
	if (target->kind == HANDLE_BARE &&
	    handle_group(&r->id, target->pid, &table) == -1)
		state = errno == ESRCH ? SERVICE_STALE : SERVICE_UNVERIFIABLE;
	else
		state = service_state_of(&r->id, listed ? &table : NULL);
	find_member(r->id.pid, &table, &info);
	proctable_free(&table);
	command[0] = info.name;
	if (info.pid == 0 || proctable_owner(info.pid, &owner) == -1)
		owner = (uid_t)-1;
	scoped = fill(r, info.sid, owner, command) == 0;
	if (state == SERVICE_STALE)
		return state;
	/* Without a key a later group of that number would be taken for it. */
	if (!scoped || state == SERVICE_UNKNOWN || (r->id.kind !=
	    HANDLE_KEYED && (handle_own(&own) == -1 ||
	    own.kind == HANDLE_KEYED)))
		return SERVICE_UNVERIFIABLE;
	return state;
}
