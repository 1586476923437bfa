#include "config.h"

#include <sys/types.h>

#include <errno.h>
#include <pwd.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/parse.h"
#include "ports.h"
#include "proc/proctable.h"

struct search {
	struct ports	*ports;
	size_t		 first;		/* of this port, in *ports */
	int		 port, hidden;
	uid_t		 uid;		/* of a socket that is hidden */
};

static int
add_owner(struct ports *p, const struct port_owner *one)
{
	if (p->n == p->size) {
		size_t size = p->size == 0 ? 8 : p->size * 2;
		struct port_owner *v = realloc(p->v, size * sizeof *v);

		if (v == NULL)
			return -1;
		p->v = v;
		p->size = size;
	}
	p->v[p->n++] = *one;
	return 0;
}

/*
 * The handle may be that of another process, which got the number since the
 * owner was seen: confirm_owner looks again.
 */
static int
note_owner(const struct portowner *owner, void *arg)
{
	struct search *s = arg;
	struct port_owner one = { .port = s->port, .udp = owner->udp };
	int ref, result;

	if (owner->pid == 0) {
		s->hidden = 1;
		s->uid = owner->uid;
		return 0;
	}
	ref = handle_ref(owner->pid);
	result = handle_get(&one.id, owner->pid, ref);
	if (ref != -1)
		close(ref);
	if (result == -1)
		return errno == ESRCH ? 0 : -1;
	return add_owner(s->ports, &one);
}

static int
confirm_owner(const struct portowner *owner, void *arg)
{
	struct search *s = arg;
	size_t i;

	for (i = s->first; i < s->ports->n; i++)
		if (s->ports->v[i].id.pid == owner->pid)
			s->ports->v[i].confirmed = 1;
	return 0;
}

static void
find_owners(struct search *s, const char *text)
{
	if (proctable_port_owners(s->port, note_owner, s) == 0 &&
	    proctable_port_owners(s->port, confirm_owner, s) == 0)
		return;
	if (errno == ENOSYS)
		diag_diex(PORTS_FAILED, "%s: this system does not tell which "
		    "process has a port", text);
	diag_diex(PORTS_FAILED, "%s: %s", text, proctable_reason(errno));
}

static void
refuse_hidden(const struct search *s, const char *text)
{
	const struct passwd *user = getpwuid(s->uid);

	if (s->uid == geteuid() || geteuid() == 0)
		diag_diex(PORTS_FAILED, "%s: no process is seen that has it",
		    text);
	if (user != NULL)
		diag_diex(PORTS_FAILED, "%s: owned by %s", text,
		    user->pw_name);
	diag_diex(PORTS_FAILED, "%s: owned by user %lu", text,
	    (unsigned long)s->uid);
}

/* Keep the owners that the second look confirmed. */
static void
drop_others(struct ports *p, size_t first)
{
	size_t i, n = first;

	for (i = first; i < p->n; i++)
		if (p->v[i].confirmed)
			p->v[n++] = p->v[i];
	p->n = n;
}

void
ports_find(struct ports *p, const char *text, const char *number)
{
	struct search s = { .ports = p, .first = p->n };
	struct port_owner none = { 0 };
	uint64_t port;

	if (parse_number(number, strlen(number), 65535, &port) == -1 ||
	    port == 0)
		diag_diex(PORTS_USAGE, "%s: not a port from 1 to 65535", text);
	s.port = none.port = (int)port;
	find_owners(&s, text);
	if (s.hidden)
		refuse_hidden(&s, text);
	drop_others(p, s.first);
	if (p->n == s.first && add_owner(p, &none) == -1)
		diag_die(PORTS_FAILED, "%s", text);
}

int
ports_have(const struct ports *p, pid_t pid)
{
	struct handle now;
	size_t i = 0;
	int ref, same;

	while (i < p->n && p->v[i].id.pid != pid)
		i++;
	if (i == p->n)
		return 0;
	ref = handle_ref(pid);
	same = handle_get(&now, pid, ref) == 0 &&
	    handle_equal(&now, &p->v[i].id);
	if (ref != -1)
		close(ref);
	return same;
}

void
ports_free(struct ports *p)
{
	free(p->v);
	memset(p, 0, sizeof *p);
}
