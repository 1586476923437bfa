#include "config.h"

#include <sys/types.h>

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "proc/targets.h"

#define TRIES	50	/* to read the group of a process that changes it */

/* Rule 1.  The own groups are read once: there may be a million targets. */
static int
is_forbidden(struct targets *t, pid_t pgid)
{
	if (t->own == 0) {
		t->own = getpgrp();
		t->session = getsid(0);
		t->leaders = t->session > 0 ?
		    proctable_pgid(t->session) : 0;
	}
	return pgid <= 1 || pgid == t->own || pgid == t->session ||
	    pgid == t->leaders;
}

/* Duplicates are dropped first: a million of them need no memory. */
static int
make_room(struct targets *t)
{
	struct handle *v;
	size_t size = t->size == 0 ? 64 : t->size * 2;

	targets_unite(t);
	if (t->size > 0 && t->n <= t->size / 2)
		return 0;
	v = realloc(t->v, size * sizeof *v);
	if (v == NULL)
		return -1;
	t->v = v;
	t->size = size;
	return 0;
}

static int
append(struct targets *t, const struct handle *id)
{
	if (t->n == t->size && make_room(t) == -1)
		return -1;
	t->v[t->n++] = *id;
	return 0;
}

/*
 * Rule 4: return the group of live process id->pid, if there is no group with
 * that number; else 0.  A thread has a number too, but is no process.
 */
static pid_t
member_group(const struct handle *id)
{
	pid_t pgid = proctable_pgid(id->pid);
	struct handle now;
	int ref, found;

	if (pgid <= 0 || pgid == id->pid || id->kind == HANDLE_KEYED ||
	    kill(-id->pid, 0) == 0 || errno != ESRCH)
		return 0;
	ref = handle_ref(id->pid);
	found = (ref != -1 || errno != ESRCH) &&
	    handle_get(&now, id->pid, ref) == 0 && proctable_alive(id->pid);
	if (ref != -1)
		close(ref);
	/* With keys, a keyless handle names a group whose leader is gone. */
	return found && (id->kind == HANDLE_BARE || handle_equal(id, &now)) ?
	    pgid : 0;
}

static int
is_resource_error(void)
{
	return errno == EMFILE || errno == ENFILE || errno == ENOMEM;
}

/* Read the PGID of a process.  Return values as find_group. */
static int
read_pgid(const struct handle *process, pid_t *pgid)
{
	struct handle now;
	int ref = handle_ref(process->pid), result = 1, saved;

	if (process->kind == HANDLE_KEYED &&
	    ((ref == -1 && is_resource_error()) ||
	    handle_get(&now, process->pid, ref) == -1))
		result = -1;
	else if (process->kind == HANDLE_KEYED && !handle_equal(&now, process))
		result = 0;
	else if ((*pgid = proctable_pgid(process->pid)) == -1)
		result = -1;
	saved = errno == EPERM ? EACCES : errno;
	if (ref != -1)
		close(ref);
	errno = saved;
	return result == -1 && errno == ESRCH ? 0 : result;
}

/*
 * *group becomes the handle of the process's group.  The process is still a
 * member after the handle was made, so the handle names the right group.  If
 * the leader is hidden from the caller, its key cannot be read, and *group is a
 * bare number.  Return 1; 0: the process is gone; -1: its group cannot be read.
 */
static int
find_group(const struct handle *process, struct handle *group)
{
	int tries, result;
	pid_t pgid;

	for (tries = 0; tries < TRIES; tries++) {
		if ((result = read_pgid(process, &pgid)) != 1)
			return result;
		result = pgid <= 1 ? 0 : handle_group(group, pgid, NULL);
		if (result == -1 && is_resource_error())
			return -1;
		if (pgid <= 1 || (result == -1 && errno != ESRCH))
			*group = (struct handle){ pgid, HANDLE_BARE, 0 };
		else if (result == -1)
			continue;
		if (proctable_pgid(process->pid) == pgid)
			return 1;
	}
	return errno = EAGAIN, -1;
}

int
targets_add(struct targets *t, const char *text)
{
	struct handle id, process;

	if (handle_parse(&id, text) == -1)
		return -1;
	if (t->lost != NULL) {
		process = id;
		switch (find_group(&process, &id)) {
		case 0:
			return append(t->lost, &process);
		case -1:
			return -1;
		}
	}
	if (is_forbidden(t, id.pid)) {
		t->forbidden = t->lost != NULL && process.pid == 1 ? 1 :
		    id.pid;
		return errno = EPERM, -1;
	}
	if (t->lost == NULL && (t->home = member_group(&id)) != 0)
		return errno = EXDEV, -1;
	return append(t, &id);
}

/*
 * Read a line and keep its first field.  Return the field's length; -1: it is
 * too long or holds a NUL; EOF - 1: the file has ended.
 */
static int
read_field(FILE *f, char field[TARGETS_FIELD])
{
	int c, n = 0, over = 0, bad = 0;

	field[0] = '\0';
	while ((c = getc_unlocked(f)) != EOF && c != '\n') {
		if (c == ' ' || c == '\t' || c == '\r')
			over |= n > 0;
		else if (over)
			continue;
		else if (c == '\0' || n == TARGETS_FIELD - 1)
			bad |= field[0] != '#';
		else
			field[n++] = (char)c;
	}
	field[n] = '\0';
	if (c == EOF && n == 0 && !bad)
		return EOF - 1;
	return bad ? -1 : n;
}

int
targets_read(struct targets *t, FILE *f, char field[TARGETS_FIELD])
{
	int n;

	while ((n = read_field(f, field)) != EOF - 1) {
		if (n == -1)
			return errno = EINVAL, -1;
		if (n == 0 || field[0] == '#')
			continue;
		if (targets_add(t, field) == -1)
			return -1;
	}
	field[0] = '\0';
	return ferror(f) ? -1 : 0;
}

static int
compare(const void *a, const void *b)
{
	const struct handle *x = a, *y = b;

	if (x->pid != y->pid)
		return x->pid < y->pid ? -1 : 1;
	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	return (x->key > y->key) - (x->key < y->key);
}

void
targets_unite(struct targets *t)
{
	size_t i, n = 0;

	if (t->lost != NULL)
		targets_unite(t->lost);
	if (t->n == 0)
		return;
	qsort(t->v, t->n, sizeof *t->v, compare);
	for (i = 1; i < t->n; i++) {
		const struct handle *last = &t->v[n], *next = &t->v[i];

		/* Sorted in this order: bare, keyed, keyless. */
		if (next->pid == last->pid && (last->kind == HANDLE_BARE ||
		    next->kind == HANDLE_KEYLESS || handle_equal(last, next)))
			continue;
		t->v[++n] = *next;
	}
	t->n = n + 1;
}

void
targets_free(struct targets *t)
{
	free(t->v);
	t->v = NULL;
	t->n = t->size = 0;
}
