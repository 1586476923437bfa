#include "config.h"

#include <sys/types.h>
#include <sys/wait.h>

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include "base/fdio.h"
#include "group/shutdown_one.h"
#include "job/guard.h"
#include "proc/procref.h"

#define LOOK	100	/* ms between looks at an owner without descriptor */

#define PIPE	3	/* the guard's descriptor of the pipe */

struct guard_state {
	const struct guard_options *o;
	pid_t		parent;
	struct pgroup	group;		/* pid 0: not known yet */
	struct handle	watched;	/* the owner, by its key if any */
	int		watching;
	int		dead;		/* the owner was dead at the start */
	int		ref;		/* the owner's descriptor, or -1 */
	int		parent_ref;	/* the parent's descriptor, or -1 */
};

int
guard_watch(const struct handle *id, int *ref)
{
	return procref_open(id, ref);
}

/* The end needs descriptors. */
static void
close_refs(const struct guard_state *p)
{
	close(PIPE);
	if (p->ref != -1)
		close(p->ref);
	if (p->parent_ref != -1)
		close(p->parent_ref);
}

/*
 * No process reads a message of the guard, so it tries until it works; the
 * group gets its signals meanwhile.
 */
static struct shutdown *
open_shutdown(const struct guard_state *p, const struct shutdown_options *o)
{
	struct shutdown_late late;
	struct shutdown *e;

	shutdown_late_begin(&late, &o->schedule);
	while ((e = shutdown_one_open(&p->group.id, o)) == NULL) {
		int pause = shutdown_late_step(&late, &p->group);

		poll(NULL, 0, pause != -1 ? pause : LOOK);
	}
	return e;
}

static void
end_group(const struct guard_state *p)
{
	struct shutdown_options o = p->o->end;
	struct shutdown *e;

	close_refs(p);
	o.held = p->group.ref != -1 ? &p->group : NULL;
	e = open_shutdown(p, &o);
	shutdown_begin(e);
	while (!shutdown_done(e))
		shutdown_wait(e, NULL, 0, -1);
	shutdown_one_close(e);
}

/*
 * A descriptor that is opened before the leader is reaped names the group
 * afterwards, too, even if no member can prove the group.
 */
static void
note_group(struct guard_state *p, const struct handle *id)
{
	struct handle now;

	p->group.id = *id;
	if (handle_open(&now, id->pid, &p->group.ref) == 0 &&
	    p->group.ref != -1 && !handle_equal(&now, id)) {
		close(p->group.ref);
		p->group.ref = -1;
	}
}

/*
 * Read the group's handle: 1.  0: the guard is dismissed, or the parent is dead
 * (end of file) and the group has been ended.
 */
static int
read_pipe(struct guard_state *p)
{
	struct handle id;
	ssize_t n;

	do
		n = read(PIPE, &id, sizeof id);
	while (n == -1 && errno == EINTR);
	if (n == (ssize_t)sizeof id) {
		note_group(p, &id);
		return 1;
	}
	if (n == 0 && p->group.id.pid != 0)
		end_group(p);
	return 0;
}

static int
is_watched_dead(const struct guard_state *p, const struct pollfd *pfd)
{
	int ref, dead;

	if (p->ref != -1 || p->dead)
		return p->dead || pfd->revents != 0;
	dead = guard_watch(&p->watched, &ref) == -1 && errno == ESRCH;
	if (ref != -1)
		close(ref);
	return dead;
}

/* The PID is safe while getppid(2) returns it. */
static void
warn_parent(const struct guard_state *p)
{
	if (p->parent_ref == -1 && getppid() != p->parent)
		return;
	handle_signal(p->parent, p->parent_ref, SIGTERM);
	handle_signal(p->parent, p->parent_ref, SIGCONT);
}

static void
run_guard(struct guard_state *p)
{
	struct pollfd pfd[2] = {
		{ .fd = PIPE, .events = POLLIN },
		{ .fd = p->ref, .events = POLLIN }
	};

	for (;;) {
		int timeout = -1;

		if (p->watching && (p->dead || p->ref == -1))
			timeout = p->dead ? 0 : LOOK;
		poll(pfd, 2, timeout);
		if (pfd[0].revents != 0 && !read_pipe(p))
			return;
		if (p->watching && is_watched_dead(p, &pfd[1])) {
			p->watching = 0;
			pfd[1].fd = -1;
			warn_parent(p);
		}
	}
}

/* Move the pipe to its place, and close all other descriptors. */
static void
set_up(int pipe)
{
	setsid();
	fdio_leave_directory();
	fdio_null_standard();
	if (pipe != PIPE)
		dup2(pipe, PIPE);
	fdio_close_from(PIPE + 1);
}

/*
 * Some systems do not pass descriptors for processes to a child, so the guard
 * opens its own: for the owner by its key, and for the parent while getppid(2)
 * proves that the parent lives.
 */
static void
open_refs(struct guard_state *p)
{
	struct handle parent;

	if (guard_watch(&p->watched, &p->ref) == -1)
		p->dead = errno == ESRCH;	/* else it is looked at */
	p->parent_ref = handle_ref(p->parent);
	if (p->parent_ref != -1 && (getppid() != p->parent ||
	    handle_get(&parent, p->parent, p->parent_ref) == -1)) {
		close(p->parent_ref);
		p->parent_ref = -1;
	}
}

/* Identify the owner by its key from now on, if the system has keys. */
static int
identify(const struct handle *id, struct handle *watched)
{
	int ref, result;

	if (guard_watch(id, &ref) == -1)
		return -1;
	result = handle_get(watched, id->pid, ref);
	if (ref != -1)
		close(ref);
	return result;
}

int
guard_start(struct guard *g, const struct guard_options *o)
{
	struct guard_state guard_state = {
		.o = o, .parent = getpid(), .watching = 1, .ref = -1,
		.parent_ref = -1
	};
	int p[2];

	if (identify(&o->watched, &guard_state.watched) == -1)
		return -1;
	if (fdio_pipe(p) == -1)
		return -1;
	g->pid = fork();
	if (g->pid == 0) {
		set_up(p[0]);
		open_refs(&guard_state);
		run_guard(&guard_state);
		_exit(0);
	}
	close(p[0]);
	g->tell = p[1];
	if (g->pid == -1)
		close(p[1]);
	return g->pid == -1 ? -1 : 0;
}

void
guard_stop(struct guard *g)
{
	fdio_write(g->tell, "", 1);
	close(g->tell);
	while (waitpid(g->pid, NULL, 0) == -1 && errno == EINTR)
		continue;
}
