#include "config.h"

#include <sys/types.h>
#include <sys/wait.h>

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include "fdio.h"
#include "groupend.h"
#include "guard.h"
#include "procref.h"

#define LOOK	100		/* ms between looks at a process no event tells of */

/* The descriptors of a guard, in these places. */
enum { PIPE = 3, KEEPER = 4, WATCHED = 5, FREE = 6 };

struct post {
	const struct guard_options *o;
	pid_t		keeper;
	struct procid	group;		/* pid 0: not told yet */
	int		watching;
	int		has_ref;	/* WATCHED is open */
	int		keeper_ref;	/* KEEPER or -1 */
};

int
guard_watch(const struct procid *id, int *ref)
{
	return procref_open(id, ref);
}

static void
end_group(const struct post *p)
{
	struct ending *e = groupend_open(&p->group, &p->o->end);

	if (e == NULL)
		return;
	ending_begin(e);
	while (!ending_done(e))
		ending_wait(e, NULL, 0, -1);
	groupend_close(e);
}

/* What came: the group's handle, or the word that all is done. */
static int
listen(struct post *p)
{
	struct procid id;
	ssize_t n;

	do
		n = read(PIPE, &id, sizeof id);
	while (n == -1 && errno == EINTR);
	if (n == (ssize_t)sizeof id) {
		p->group = id;
		return 1;
	}
	if (n == 0 && p->group.pid != 0)
		end_group(p);
	return 0;
}

static int
is_watched_dead(const struct post *p, const struct pollfd *pfd)
{
	int ref, dead;

	if (p->has_ref)
		return pfd->revents != 0;
	dead = guard_watch(&p->o->watched, &ref) == -1;
	if (ref != -1)
		close(ref);
	return dead;
}

static void
stand_guard(struct post *p)
{
	struct pollfd pfd[2] = {
		{ .fd = PIPE, .events = POLLIN },
		{ .fd = p->has_ref ? WATCHED : -1, .events = POLLIN }
	};

	for (;;) {
		poll(pfd, 2, p->watching && !p->has_ref ? LOOK : -1);
		if (pfd[0].revents != 0 && !listen(p))
			return;
		if (p->watching && is_watched_dead(p, &pfd[1])) {
			p->watching = 0;
			pfd[1].fd = -1;
			procid_signal(p->keeper, p->keeper_ref, SIGTERM);
			procid_signal(p->keeper, p->keeper_ref, SIGCONT);
		}
	}
}

/* Keep three descriptors, in their places, and no other. */
static void
take_post(int pipe, int keeper, int watched)
{
	int from[3], i;

	from[0] = pipe;
	from[1] = keeper;
	from[2] = watched;
	setsid();
	fdio_null_standard();
	for (i = 0; i < 3; i++)		/* out of the way of each other */
		while (from[i] >= 0 && from[i] < FREE)
			from[i] = dup(from[i]);
	for (i = 0; i < 3; i++)
		if (from[i] >= 0)
			dup2(from[i], PIPE + i);
		else
			close(PIPE + i);
	fdio_close_from(FREE);
}

int
guard_start(struct guard *g, const struct guard_options *o)
{
	struct post post = { .o = o, .keeper = getpid(), .watching = 1 };
	int p[2], keeper, watched;

	if (guard_watch(&o->watched, &watched) == -1)
		return -1;
	if (fdio_pipe(p) == -1)
		return -1;
	keeper = procid_ref(post.keeper);
	g->pid = fork();
	if (g->pid == 0) {
		post.has_ref = watched != -1;
		post.keeper_ref = keeper != -1 ? KEEPER : -1;
		take_post(p[0], keeper, watched);
		stand_guard(&post);
		_exit(0);
	}
	close(p[0]);
	if (keeper != -1)
		close(keeper);
	if (watched != -1)
		close(watched);
	g->tell = p[1];
	if (g->pid == -1)
		close(p[1]);
	return g->pid == -1 ? -1 : 0;
}

void
guard_dismiss(struct guard *g)
{
	fdio_write(g->tell, "", 1);
	close(g->tell);
	waitpid(g->pid, NULL, 0);
}
