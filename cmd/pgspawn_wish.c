#include "config.h"

#include <sys/types.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "diag.h"
#include "dirfile.h"
#include "exitcode.h"
#include "guard.h"
#include "pgspawn_service.h"
#include "pgspawn_wish.h"
#include "svckeeper.h"

/* ms between looks at files. */
#define FIRST_LOOK	5
#define LAST_LOOK	100

#define BIT(state)	(1U << (state))

/* Who is in such a state need not be told to start. */
#define STARTS	(BIT(SVCSTATE_WAITING) | BIT(SVCSTATE_BLOCKED) | \
	BIT(SVCSTATE_STARTING) | BIT(SVCSTATE_RUNNING) | \
	BIT(SVCSTATE_DELAYED))

/* And who is in one of these is about to get into another. */
#define UNSETTLED	(BIT(SVCSTATE_WAITING) | BIT(SVCSTATE_STARTING))

enum progress {
	NEW,
	TOLD,
	DONE,
	BLOCKED,	/* waits for one that has failed */
	LOST		/* nobody keeps it any more */
};

struct target {
	char		*name;
	enum progress	 progress;
	int		 is_wish;	/* there is something to tell */
	struct procid	 keeper;
};

struct wishes {
	struct options	*o;
	int		 dir;
	struct target	*target;
	size_t		 n;
};

void
take_wish(const char *word, struct options *o)
{
	o->wishes = 1;
	if (strcmp(word, "end") == 0)
		o->wish = SVCWISH_NOTHING;
	else if (svcwish_parse(&o->wish, word) == -1)
		diag_diex(EXITCODE_OWN, "%s: none of start, stop, restart "
		    "and end", word);
}

static int
is_end(const struct wishes *w)
{
	return w->o->wish == SVCWISH_NOTHING;
}

static unsigned
state_of(const struct wishes *w, const char *name)
{
	struct svcstate_line line;

	svcstate_read(w->dir, name, &line);
	return BIT(line.state);
}

static int
add_target(const char *name, void *arg)
{
	struct wishes *w = arg;
	struct target *more;

	more = realloc(w->target, (w->n + 1) * sizeof *more);
	if (more == NULL)
		return -1;
	w->target = more;
	memset(&more[w->n], 0, sizeof *more);
	more[w->n].name = strdup(name);
	return more[w->n++].name == NULL ? -1 : 0;
}

/* To restart all is not to start what does not run. */
static int
add_kept(const char *name, void *arg)
{
	const struct wishes *w = arg;

	if (w->o->wish == SVCWISH_RESTART && !(state_of(w, name) & STARTS))
		return 0;
	return add_target(name, arg);
}

/* Is there somebody who keeps it, or is going to? */
static int
has_keeper(const struct wishes *w, const char *name)
{
	struct procid id;
	int ref, lives;

	if (svckeeper_read(w->dir, name, &id) == -1)
		return errno == EAGAIN;
	lives = guard_watch(&id, &ref) == 0;
	if (ref != -1)
		close(ref);
	return lives;
}

/* Before anything changes.  Whoever has -K may be about to start a keeper. */
static void
check_name(const struct wishes *w, const char *name)
{
	if (name[0] == '.' || strchr(name, '/') != NULL ||
	    state_of(w, name) == BIT(SVCSTATE_NONE))
		diag_diex(EXITCODE_OWN, "%s: no such service", name);
	if (w->o->job.keeper == NULL && !has_keeper(w, name))
		diag_diex(EXITCODE_OWN, "%s: has no keeper", name);
}

static void
list_targets(struct wishes *w)
{
	char **name = w->o->job.argv;

	if (is_end(w) && *name != NULL)
		diag_diex(EXITCODE_OWN, "%s: end is for all", *name);
	for (; *name != NULL; name++)
		check_name(w, *name);
	for (name = w->o->job.argv; *name != NULL; name++)
		if (add_target(*name, w) == -1)
			diag_die(EXITCODE_OWN, "services");
	if (w->o->job.argv[0] == NULL &&
	    svckeeper_each(w->dir, add_kept, w) == -1)
		diag_die(EXITCODE_OWN, "services");
}

/* What starts has a record, and that needs some; to stop must not. */
static void
check_room(const struct wishes *w)
{
	if (w->o->wish != SVCWISH_START && w->o->wish != SVCWISH_RESTART)
		return;
	if (dirfile_write(w->dir, ".room", "") == -1 && dirfile_is_full(errno))
		diag_die(EXITCODE_OWN, "services");
	(void)unlinkat(w->dir, ".room", 0);
}

/* What others see of it from now on is that it is not settled. */
static void
write_wish(const struct wishes *w, struct target *t)
{
	struct svcstate_line line;

	svcstate_read(w->dir, t->name, &line);
	switch (w->o->wish) {
	case SVCWISH_START:
		t->is_wish = !(BIT(line.state) & STARTS);
		line.state = SVCSTATE_WAITING;
		break;
	case SVCWISH_STOP:
		t->is_wish = line.state != SVCSTATE_STOPPED;
		line.state = SVCSTATE_STOPPING;
		break;
	case SVCWISH_RESTART:
		t->is_wish = 1;
		line.state = SVCSTATE_STOPPING;
		break;
	case SVCWISH_NOTHING:
		return;
	}
	if (t->is_wish && (svcstate_write(w->dir, t->name, &line) == -1 ||
	    svcwish_write(w->dir, t->name, w->o->wish) == -1))
		diag_die(EXITCODE_OWN, "%s", t->name);
	if (!t->is_wish && w->o->wish == SVCWISH_STOP)
		t->progress = DONE;
}

/*
 * All of them end, and nobody is to wait for one who will not start.  Where there is
 * no room to say so they end all the same, in no order.
 */
static void
write_end(const struct wishes *w)
{
	int fd = openat(w->dir, ".stopping", O_WRONLY | O_CREAT | O_CLOEXEC,
	    0600);

	if (fd != -1)
		close(fd);
	else if (!dirfile_is_full(errno))
		diag_die(EXITCODE_OWN, "services");
}

/* The state that a keeper was told to change, or its life, tells of the end. */
static enum progress
look_at_told(const struct wishes *w, const struct target *t, int is_dead)
{
	unsigned state;

	if (is_end(w))
		return is_dead ? DONE : TOLD;
	if (svcwish_read(w->dir, t->name) == SVCWISH_NOTHING) {
		state = state_of(w, t->name);
		if (w->o->wish == SVCWISH_STOP || !(state & UNSETTLED))
			return state == BIT(SVCSTATE_BLOCKED) ? BLOCKED : DONE;
	}
	return is_dead ? LOST : TOLD;
}

/* There is none, or (EAGAIN) it is just being started. */
static enum progress
await_keeper(const struct wishes *w)
{
	if (errno == EAGAIN)
		return NEW;
	if (is_end(w))
		return DONE;
	return errno == ENOENT && w->o->job.keeper != NULL ? NEW : LOST;
}

static void
look_at(const struct wishes *w, struct target *t)
{
	int ref = -1, is_dead;

	if (t->progress >= DONE)
		return;
	if (t->progress == NEW &&
	    svckeeper_read(w->dir, t->name, &t->keeper) == -1) {
		t->progress = await_keeper(w);
		return;
	}
	is_dead = guard_watch(&t->keeper, &ref) == -1;
	if (t->progress == NEW && !is_dead) {
		if (is_end(w))
			procid_signal(t->keeper.pid, ref, SIGTERM);
		if (is_end(w) || t->is_wish)
			procid_signal(t->keeper.pid, ref, SIGCONT);
	}
	if (ref != -1)
		close(ref);
	t->progress = look_at_told(w, t, is_dead);
}

/* Are they all through with it? */
static int
look_at_all(const struct wishes *w)
{
	int through = 1;
	size_t i;

	for (i = 0; i < w->n; i++) {
		look_at(w, &w->target[i]);
		through &= w->target[i].progress >= DONE;
	}
	return through;
}

/* Say why it was not done; what nobody is there to do is not wanted any more. */
static void
tell_failure(const struct wishes *w, const struct target *t)
{
	switch (t->progress) {
	case BLOCKED:
		diag_warnx("%s: waits for one that has failed", t->name);
		break;
	case LOST:
		diag_warnx("%s: has no keeper any more", t->name);
		svcwish_remove(w->dir, t->name);
		break;
	default:
		diag_warnx("%s: process %ld has ended", t->name,
		    (long)w->o->job.keeper->pid);
	}
}

/* Return the status. */
static int
report(struct wishes *w)
{
	int status = 0;
	size_t i;

	for (i = 0; i < w->n; i++) {
		if (w->target[i].progress != DONE) {
			status = 1;
			tell_failure(w, &w->target[i]);
		}
		free(w->target[i].name);
	}
	free(w->target);
	return status;
}

int
wish_services(struct options *o)
{
	struct wishes w = { .o = o, .dir = o->state };
	int look = FIRST_LOOK;
	size_t i;

	sigprocmask(SIG_SETMASK, &o->before->mask, NULL);
	list_targets(&w);
	check_room(&w);
	if (!service_has_keeper(o))
		diag_diex(1, "process %ld has ended",
		    (long)o->job.keeper->pid);
	if (is_end(&w))
		write_end(&w);
	for (i = 0; i < w.n; i++)
		write_wish(&w, &w.target[i]);
	while (!look_at_all(&w) && service_has_keeper(o)) {
		poll(NULL, 0, look);
		look = look < LAST_LOOK / 2 ? look * 2 : LAST_LOOK;
	}
	return report(&w);
}
