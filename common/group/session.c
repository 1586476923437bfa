#include "config.h"

#include <sys/types.h>

#include <errno.h>
#include <unistd.h>

#include "group/session.h"

#define TRIES	50	/* scans, while processes vanish during each */
#define UNKNOWN	(-2)

/* The processes that remain in a session with the number of id. */
struct remains {
	const struct handle	*id;
	struct procenv		 env;
	int			 is_unknown;	/* rule 3 */
	int			 verdict, vanished;
};

static void
ask_member(const struct watched *w, void *arg)
{
	pid_t *session = arg;
	struct procinfo info;

	if (*session == 0 && proctable_info(w->pid, &info) == 0 &&
	    info.sid != -1 && procwatch_same(w))
		*session = info.sid;
}

/*
 * 0: there is no leader.  -1: another process has the leader's number.
 * UNKNOWN: the leader is a zombie, and the system does not tell its session.
 */
static pid_t
ask_leader(const struct handle *id)
{
	int ref = handle_ref(id->pid);
	pid_t session = -1;
	struct procinfo info;
	struct handle now;

	if (handle_get(&now, id->pid, ref) == -1)
		session = errno == ESRCH ? 0 : -1;
	else if (id->kind != HANDLE_BARE && !handle_equal(&now, id))
		session = -1;
	else if (proctable_info(id->pid, &info) == -1)
		/* hidepid= of Linux hides no numbers. */
		session = errno != ESRCH ? getsid(id->pid) : -1;
	else if (info.pgid == id->pid)
		session = info.sid == -1 ? UNKNOWN : info.sid;
	if (ref != -1)
		close(ref);
	return session;
}

/* Visitor of the process table. */
static int
visit_remains(pid_t pid, void *arg)
{
	struct remains *r = arg;
	struct procinfo info;

	if (proctable_info(pid, &info) == -1) {
		r->vanished |= errno == ESRCH;
		return 0;
	}
	if (info.sid != r->id->pid || info.state == PROC_DEAD)
		return 0;
	r->verdict = HANDLE_UNVERIFIABLE;
	if (r->id->kind == HANDLE_BARE || r->is_unknown)
		r->verdict = HANDLE_VERIFIED;
	else if (r->id->kind == HANDLE_KEYED) {
		if (proctable_environ(pid, &r->env) == -1)
			r->vanished |= errno == ESRCH;
		else if (handle_in_lineage(r->id, r->env.block, r->env.len))
			r->verdict = HANDLE_VERIFIED;
	}
	return r->verdict == HANDLE_VERIFIED;
}

/* Rules 2 and 3. */
static int
judge_remains(const struct handle *id, int is_unknown)
{
	struct remains r = { .id = id, .is_unknown = is_unknown };
	int tries = 0, result;

	do {
		r.verdict = HANDLE_GONE;
		r.vanished = 0;
		result = proctable_list(visit_remains, &r);
	} while (result == 0 && r.vanished && ++tries < TRIES);
	proctable_environ_free(&r.env);
	return result == -1 ? -1 : r.verdict;
}

int
session_find(const struct pgwatch *watch, size_t item,
    const struct handle *id, pid_t *session)
{
	int verdict, is_unknown;

	*session = 0;
	pgwatch_each(watch, item, ask_member, session);
	if (*session == 0)
		*session = ask_leader(id);
	if (*session > 0)
		return HANDLE_VERIFIED;
	is_unknown = *session == UNKNOWN;
	verdict = *session == -1 ? HANDLE_GONE : judge_remains(id, is_unknown);
	*session = verdict == HANDLE_VERIFIED ? ask_leader(id) : -1;
	*session = *session == 0 || (is_unknown && *session == UNKNOWN) ?
	    id->pid : 0;
	return *session == 0 && verdict == HANDLE_VERIFIED ? HANDLE_GONE :
	    verdict;
}
