#include "config.h"

#include <sys/types.h>

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "proc/envblock.h"
#include "sys/os.h"
#include "base/parse.h"
#include "proc/handle.h"

#define TRIES	50	/* snapshots of a group that keeps changing */

int
handle_parse(struct handle *id, const char *text)
{
	const char *colon = strchr(text, ':');
	size_t len = colon != NULL ? (size_t)(colon - text) : strlen(text);
	uint64_t pid;

	if (parse_number(text, len, INT_MAX, &pid) == -1)
		return -1;
	if (pid == 0)
		return errno = EINVAL, -1;
	id->pid = (pid_t)pid;
	id->key = 0;
	if (colon == NULL)
		id->kind = HANDLE_BARE;
	else if (strcmp(colon, ":-") == 0)
		id->kind = HANDLE_KEYLESS;
	else if (parse_number(colon + 1, strlen(colon + 1), UINT64_MAX,
	    &id->key) == -1)
		return -1;
	else
		id->kind = HANDLE_KEYED;
	return 0;
}

/* Put n's digits in front of end; return where they start. */
static char *
put_number(char *end, uint64_t n)
{
	do
		*--end = (char)('0' + n % 10);
	while ((n /= 10) > 0);
	return end;
}

char *
handle_format(const struct handle *id, int bare, char buf[HANDLE_TEXT])
{
	char *end = buf + HANDLE_TEXT - 1, *p = end;

	*p = '\0';
	if (!bare && id->kind == HANDLE_KEYLESS)
		*--p = '-';
	else if (!bare && id->kind == HANDLE_KEYED)
		p = put_number(p, id->key);
	if (!bare && id->kind != HANDLE_BARE)
		*--p = ':';
	p = put_number(p, (uint64_t)id->pid);
	memmove(buf, p, (size_t)(end - p) + 1);
	return buf;
}

int
handle_equal(const struct handle *a, const struct handle *b)
{
	return a->pid == b->pid && a->kind == b->kind &&
	    (a->kind != HANDLE_KEYED || a->key == b->key);
}

int
handle_get(struct handle *id, pid_t pid, int ref)
{
	id->pid = pid;
	id->kind = HANDLE_KEYED;
	if (os_key(pid, ref, &id->key) != -1)
		return 0;
	if (errno != ENOSYS)
		return -1;
	id->kind = HANDLE_KEYLESS;
	id->key = 0;
	return kill(pid, 0) == -1 && errno == ESRCH ? -1 : 0;
}

int
handle_open(struct handle *id, pid_t pid, int *ref)
{
	int saved;

	*ref = os_ref(pid);
	if (*ref == -1 && (errno == EMFILE || errno == ENFILE ||
	    errno == ENOMEM))
		return -1;
	if (handle_get(id, pid, *ref) == 0)
		return 0;
	saved = errno;
	if (*ref != -1)
		close(*ref);
	*ref = -1;
	return errno = saved, -1;
}

int
handle_own(struct handle *id)
{
	int ref, result = handle_open(id, getpid(), &ref);

	if (ref != -1)
		close(ref);
	return result;
}

int
handle_next(const char **p, const char *end, struct handle *id)
{
	while (*p < end) {
		char text[HANDLE_TEXT];
		const char *blank = memchr(*p, ' ', (size_t)(end - *p));
		size_t n = (size_t)((blank != NULL ? blank : end) - *p);
		size_t kept = n < sizeof text ? n : 0;

		memcpy(text, *p, kept);
		text[kept] = '\0';
		*p += n + (blank != NULL);
		if (handle_parse(id, text) == 0)
			return 1;
	}
	return 0;
}

int
handle_in_lineage(const struct handle *id, const char *block, size_t len)
{
	const char *value;
	size_t pos = 0, n;

	while ((value = envblock_next(block, len, HANDLE_ENV, &pos,
	    &n)) != NULL) {
		const char *p = value;
		struct handle one;

		while (handle_next(&p, value + n, &one))
			if (one.pid == id->pid && (id->kind != HANDLE_KEYED ||
			    handle_equal(&one, id)))
				return 1;
	}
	return 0;
}

int
handle_of_members(struct handle *id, pid_t pgid,
    const struct proctable *table)
{
	struct procenv env = { 0 };
	int found = 0;
	size_t i;

	for (i = 0; i < table->n && !found; i++) {
		const char *value;
		size_t pos = 0, n;
		struct handle one;

		if (table->row[i].pgid != pgid ||
		    proctable_environ(table->row[i].pid, &env) == -1)
			continue;
		value = envblock_next(env.block, env.len, HANDLE_ENV, &pos,
		    &n);
		while (value != NULL && handle_next(&value, env.block +
		    pos - 1, &one))
			if (one.pid == pgid) {
				*id = one;
				found = 1;
			}
	}
	proctable_environ_free(&env);
	return found;
}

int
handle_group(struct handle *id, pid_t pgid, const struct proctable *table)
{
	int ref, result = handle_open(id, pgid, &ref);

	if (ref != -1)
		close(ref);
	if (result == 0 || errno != ESRCH)
		return result;
	if (kill(-pgid, 0) == -1 && errno == ESRCH)
		return -1;
	if (table == NULL || !handle_of_members(id, pgid, table)) {
		id->pid = pgid;
		id->kind = HANDLE_KEYLESS;
		id->key = 0;
	}
	return 0;
}

static int
group_exists(pid_t pgid)
{
	/* kill(-1, 0) would be about every process of the system. */
	return pgid == 1 || kill(-pgid, 0) == 0 || errno != ESRCH;
}

/*
 * Does this member's lineage hold the handle?  *unsettled is set if the member
 * vanished before its environment was read.
 */
static enum handle_verdict
judge_member(const struct handle *id, pid_t pid, struct procenv *env,
    int *unsettled)
{
	if (id->kind == HANDLE_KEYLESS)
		return HANDLE_VERIFIED;
	if (proctable_environ(pid, env) == -1) {
		*unsettled |= errno == ESRCH;
		return HANDLE_UNVERIFIABLE;
	}
	return handle_in_lineage(id, env->block, env->len) ?
	    HANDLE_VERIFIED : HANDLE_UNVERIFIABLE;
}

/*
 * Rules 4 and 7: there are members, but no leader to compare the key with.
 * before is an earlier snapshot in which no member was alive, or NULL.
 * *unsettled is set if a member vanished, or died since `before': it may have
 * left a child that this snapshot lacks.
 */
static enum handle_verdict
judge_members(const struct handle *id, const struct proctable *table,
    const struct proctable *before, int *unsettled)
{
	enum handle_verdict verdict = HANDLE_GONE;
	struct procenv env = { 0 };
	size_t i, members = 0;

	*unsettled = table->missed > 0 || table->torn;
	for (i = 0; i < table->n && verdict != HANDLE_VERIFIED; i++) {
		pid_t pid = table->row[i].pid;

		if (table->row[i].pgid != id->pid)
			continue;
		members++;
		if (proctable_alive(pid))
			verdict = judge_member(id, pid, &env, unsettled);
		else if (before == NULL || !proctable_has(before, pid, id->pid))
			*unsettled = 1;
	}
	proctable_environ_free(&env);
	/* The system hides members of other users: hidepid= of Linux. */
	if (members == 0 && group_exists(id->pid))
		return HANDLE_UNVERIFIABLE;
	return verdict;
}

/* Judge by table, then by new snapshots until one settles the verdict. */
static int
judge_leaderless(const struct handle *id, const struct proctable *table)
{
	struct proctable own[2] = { { 0 }, { 0 } };
	const struct proctable *before = NULL;
	int verdict = -1, unsettled = 1, tries;

	if (id->kind == HANDLE_BARE)
		return HANDLE_VERIFIED;
	for (tries = 0; unsettled && tries < TRIES; tries++) {
		if (table == NULL) {
			table = &own[tries % 2];
			if (proctable_read(&own[tries % 2]) == -1) {
				verdict = errno == ENOSYS &&
				    id->kind == HANDLE_KEYLESS ?
				    HANDLE_VERIFIED : -1;
				break;
			}
		}
		verdict = judge_members(id, table, before, &unsettled);
		unsettled &= verdict != HANDLE_VERIFIED;
		before = verdict == HANDLE_GONE ? table : NULL;
		table = NULL;
	}
	proctable_free(&own[0]);
	proctable_free(&own[1]);
	return verdict;
}

/* -1: there is no leader, or its key could not be read. */
static int
judge_leader(const struct handle *id, int ref)
{
	uint64_t key;
	int proof;

	if (id->kind == HANDLE_BARE && ref != -1)
		return HANDLE_VERIFIED;		/* whatever its key is */
	if ((proof = os_key(id->pid, ref, &key)) == -1)
		return errno == ENOSYS && id->kind != HANDLE_KEYED ?
		    HANDLE_VERIFIED : -1;
	if (id->kind == HANDLE_BARE)
		return HANDLE_VERIFIED;
	if (id->kind == HANDLE_KEYLESS)
		return HANDLE_GONE;
	if (key == id->key)
		return HANDLE_VERIFIED;
	/* In a sandbox the handle may have been made with the lesser key. */
	if (os_key(id->pid, -1, &key) != -1 && key == id->key)
		return -1;
	return proof ? HANDLE_GONE : -1;
}

int
handle_verify(const struct handle *id, const struct proctable *table,
    int *ref)
{
	int verdict = -1;

	*ref = -1;
	if (!group_exists(id->pid))
		return HANDLE_GONE;
	*ref = os_ref(id->pid);
	if (*ref != -1 || errno != ESRCH)
		verdict = judge_leader(id, *ref);
	if (verdict == -1) {
		if (*ref != -1)
			close(*ref);
		*ref = -1;
		verdict = judge_leaderless(id, table);
	}
	if (verdict != HANDLE_VERIFIED && *ref != -1) {
		close(*ref);
		*ref = -1;
	}
	return verdict;
}

int
handle_ref(pid_t pid)
{
	return os_ref(pid);
}

int
handle_signal(pid_t pid, int ref, int sig)
{
	if (pid <= 1)
		return errno = EINVAL, -1;
	if (ref >= 0 && os_signal(ref, sig) == 0)
		return 0;
	/* A sandbox that forbids signals through ref gives one of these. */
	if (ref >= 0 && errno != ENOSYS && errno != EPERM && errno != EINVAL)
		return -1;
	return kill(pid, sig);
}

int
handle_signal_group(pid_t pgid, int ref, int sig)
{
	if (pgid <= 1)
		return errno = EINVAL, -1;
	if (ref < 0)
		return errno = ENOSYS, -1;
	if (os_signal_group(ref, sig) == 0)
		return 0;
	/* EINVAL: the kernel is too old; EPERM may come from a sandbox. */
	if (errno == EINVAL || errno == EPERM)
		errno = ENOSYS;
	return -1;
}

int
handle_scope(struct handle_scope *scope)
{
	if (os_boot(scope->boot, sizeof scope->boot) == -1)
		return -1;
	return os_namespace(scope->pidns, sizeof scope->pidns);
}
