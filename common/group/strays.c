#include "config.h"

#include <sys/types.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "group/cgroupmembers.h"
#include "base/fdio.h"
#include "base/parse.h"
#include "proc/proctable.h"
#include "group/strays.h"
#include "group/session.h"

#define PAUSE_FIRST	50	/* ms between scans while members live */
#define PAUSE_LAST	1000
#define SCANS		10	/* in one strays_find_all, without a pause */
#define EMPTY_SCANS	50	/* in a row are enough, with pauses */

/*
 * Find the handle of each group that was given by its number: without a leader
 * it stands only in the lineage of the members.
 */
static int
complete_ids(struct strays *p)
{
	struct proctable table = { 0 };
	size_t i;

	for (i = 0; i < p->n; i++) {
		if (p->id[i].kind == HANDLE_KEYED ||
		    !pgwatch_holds(p->watch, i))
			continue;
		if (table.n == 0 && proctable_read(&table) == -1)
			return -1;
		handle_of_members(&p->id[i], p->id[i].pid, &table);
	}
	proctable_free(&table);
	return 0;
}

int
strays_open(struct strays *p, const struct strays_options *options,
    struct pgwatch *watch, const struct handle *id, size_t n)
{
	memset(p, 0, sizeof *p);
	p->options = *options;
	p->watch = watch;
	p->n = n;
	p->id = malloc((n + 1) * sizeof *p->id);
	p->session = calloc(n + 1, sizeof *p->session);
	p->started = calloc(n + 1, sizeof *p->started);
	if (p->id == NULL || p->session == NULL || p->started == NULL)
		return -1;
	if (n > 0)
		memcpy(p->id, id, n * sizeof *id);
	p->pause = PAUSE_FIRST;
	p->next = deadline_in(strays_active(p) ? p->pause : PARSE_FOREVER);
	return options->escapees ? complete_ids(p) : 0;
}

void
strays_close(struct strays *p)
{
	escapee_forget(&p->memory);
	free(p->id);
	free(p->session);
	free(p->started);
	memset(p, 0, sizeof *p);
}

int
strays_active(const struct strays *p)
{
	return p->options.escapees || p->options.sessions ||
	    p->options.cgroup != NULL;
}

/* --- sessions --- */

static uint64_t
start_of(pid_t pid)
{
	struct procinfo info;

	return proctable_info(pid, &info) == 0 ? info.start : 0;
}

int
strays_note_session(struct strays *p, size_t item, pid_t *session)
{
	int verdict = session_find(p->watch, item, &p->id[item], session);

	p->session[item] = *session;
	if (*session != 0)
		p->started[item] = start_of(*session);
	return verdict;
}

/* Rule 2. */
static void
check_sessions(struct strays *p)
{
	size_t i;

	for (i = 0; i < p->n; i++) {
		uint64_t now;

		if (p->session[i] == 0)
			continue;
		now = start_of(p->session[i]);
		if (now != 0 && now != p->started[i])
			p->session[i] = 0;
	}
}

/* --- scans --- */

static int
holds_number(size_t item, void *arg)
{
	const struct strays *p = arg;

	return pgwatch_holds(p->watch, item);
}

static void
add_stray(size_t item, pid_t pid, int ref, pid_t session, struct strays *p)
{
	if (!p->wanted(item, p->arg) || pgwatch_add_process(p->watch, item,
	    pid, ref, session) == -1) {
		p->unkept |= p->wanted(item, p->arg);
		if (ref != -1)
			close(ref);
		return;
	}
	p->found++;
	p->tell(item, pid, ref, p->arg);
}

static void
add_escapee(pid_t pid, int ref, size_t item, void *arg)
{
	struct strays *p = arg;

	if (p->options.closed && pgwatch_holds(p->watch, item) &&
	    getpgid(pid) == p->id[item].pid) {
		if (pgwatch_add_member(p->watch, item, pid, ref) == 0)
			p->found++;
		else {
			p->unkept = 1;
			if (ref != -1)
				close(ref);
		}
		return;
	}
	add_stray(item, pid, ref,
	    p->options.escapees ? 0 : p->session[item], p);
}

/* The watched processes, sorted by PID. */
static struct escapee_known *
list_known(const struct strays *p, size_t *n)
{
	const struct procwatch *procs = &p->watch->procs;
	struct escapee_known *k = malloc((procs->n + 1) * sizeof *k);
	size_t i;

	for (i = 0; k != NULL && i < procs->n; i++) {
		k[i].pid = procs->v[i].pid;
		k[i].group = procs->v[i].owner;
	}
	*n = procs->n;
	if (k != NULL)
		qsort(k, *n, sizeof *k, escapee_compare);
	return k;
}

static int
scan_escapees(struct strays *p, const struct escapee_known *known, size_t n)
{
	struct escapee_query h = {
		.group = p->id, .n = p->n, .by_descent = p->options.escapees,
		.session = p->options.sessions ? p->session : NULL,
		.holds = holds_number,
		.adopter = p->options.adopter, .spared = p->options.spared,
		.monitor = p->options.monitor,
		.closed = p->options.closed,
		.known = known, .nknown = n, .found = add_escapee, .arg = p
	};

	if (p->options.sessions)
		check_sessions(p);
	return escapee_scan(&h, &p->memory);
}

/* The processes of the cgroup that are not watched. */
struct cgroup_list {
	const struct escapee_known *known;
	size_t			 nknown;
	struct { pid_t pid; int ref, seen; } *v;
	size_t			 n, size;
	int			 again;		/* this is the second listing */
};

static int
note_member(pid_t pid, void *arg)
{
	struct cgroup_list *c = arg;
	size_t i;

	for (i = 0; c->again && i < c->n; i++)
		c->v[i].seen |= c->v[i].pid == pid;
	if (c->again || bsearch(&pid, c->known, c->nknown, sizeof *c->known,
	    escapee_compare) != NULL)
		return 0;
	if (c->n == c->size) {
		size_t size = c->size == 0 ? 64 : c->size * 2;
		void *v = realloc(c->v, size * sizeof *c->v);

		if (v == NULL)
			return -1;
		c->v = v;
		c->size = size;
	}
	c->v[c->n].pid = pid;
	c->v[c->n].seen = 0;
	c->v[c->n++].ref = fdio_keep(handle_ref(pid));
	return 0;
}

/*
 * A PID may change hands between its listing and handle_ref.  If the PID is
 * listed again while the descriptor is open, and its process lives, then the
 * descriptor names a process of the cgroup.
 */
static int
scan_cgroup(struct strays *p, const struct escapee_known *known, size_t n)
{
	struct cgroup_list c = { .known = known, .nknown = n };
	const struct cgroup *cgroup = p->options.cgroup;
	int result, saved;
	size_t i;

	result = cgroupmembers_each(cgroup, note_member, &c);
	c.again = 1;
	if (result == 0 && c.n > 0)
		result = cgroupmembers_each(cgroup, note_member, &c);
	saved = errno;
	for (i = 0; i < c.n; i++)
		if (c.v[i].seen && proctable_alive(c.v[i].pid))
			add_stray(p->n, c.v[i].pid, c.v[i].ref, 0, p);
		else if (c.v[i].ref != -1)
			close(c.v[i].ref);
	free(c.v);
	/* Such a process is in another PID namespace, or about to die. */
	p->unlisted = p->found == 0 && pgwatch_gone(p->watch, p->n) &&
	    cgroup_populated(cgroup) == 1;
	return result == -1 ? (errno = saved, -1) : p->unlisted;
}

int
strays_scan(struct strays *p)
{
	struct escapee_known *known;
	int missed = 0, more = 0;
	size_t n;

	p->found = p->unkept = 0;
	p->failed = ENOMEM;
	known = list_known(p, &n);
	if (known == NULL)
		return -1;
	if (p->options.cgroup != NULL)
		missed = scan_cgroup(p, known, n);
	if (missed != -1 && (p->options.escapees || p->options.sessions))
		more = scan_escapees(p, known, n);
	p->failed = missed == -1 || more == -1 ? errno :
	    p->unkept ? ENOMEM : 0;
	free(known);
	return p->failed != 0 ? (errno = p->failed, -1) : missed + more;
}

void
strays_scan_if_due(struct strays *p)
{
	if (!deadline_passed(&p->next))
		return;
	if (p->pause < PAUSE_LAST)
		p->pause *= 2;
	p->next = deadline_in(p->pause);
	strays_scan(p);
}

int
strays_find_all(struct strays *p)
{
	int missed, tries = 0;

	do {
		missed = strays_scan(p);
		p->nempty = strays_uncertain(p) ? 0 : p->nempty + 1;
	} while (p->found == 0 && missed > 0 && ++tries < SCANS &&
	    p->nempty < EMPTY_SCANS);
	if (p->unlisted || (missed != 0 && p->nempty < EMPTY_SCANS))
		return 0;
	p->nempty = 0;
	return 1;
}

int
strays_uncertain(const struct strays *p)
{
	return p->failed != 0 || p->found > 0 || p->memory.vanished > 0 ||
	    p->unlisted;
}
